import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openFixture } from '@earshot/harness';
import type { Face } from '@earshot/lab';
import { readStartSettings } from '@earshot/stack';
import { narrate } from './narrate.ts';
import { createScreen } from './screen.ts';
import { playStory, STORY_MS } from './story.ts';
import { judge } from './verdict.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    face: { type: 'string', default: 'web' },
    /** Where the data is, which is then kept for looking at it afterwards; `keep` is the same. */
    data: { type: 'string' },
    keep: { type: 'string' },
    /** The first of the ports; else any that are free. */
    port: { type: 'string' },
  },
});

/** `bin/demo`: plays the story and says whether all of it was seen. */
async function main(): Promise<boolean> {
  const startedAt = Date.now();
  const screen = createScreen(values.json ? process.stderr : process.stdout);
  screen.heading('Earshot: the whole of it, on this machine');
  const dataDir = values.data ?? values.keep;
  const { ports } = readStartSettings({ args: values.port ? ['--port', values.port] : [], env: {}, usualDataDir: '' });
  await using fixture = await openFixture({
    face: values.face as Face,
    ...(dataDir && { dataDir: resolve(dataDir) }),
    ...(ports && { ports }),
  });
  screen.line(`PostgreSQL, NATS and eight services ready in ${(fixture.stackStartMs / 1000).toFixed(1)} s`);
  narrate(fixture.customer, screen);

  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
  const seen = await playStory(fixture, {
    screen,
    hasAnswer: true,
    signal: AbortSignal.any([interrupted.signal, AbortSignal.timeout(STORY_MS)]),
  });
  const { checks, summary } = judge(seen, fixture.customer);

  screen.heading('Verdict');
  for (const { check, passed } of checks) screen.line(`${passed ? 'ok  ' : 'FAIL'} ${check}`, passed ? 'green' : 'red');
  const { p50, p95 } = summary.live_audio.latency_ms;
  screen.line(`voice in the meeting to the customer's socket: p50 ${p50} ms, p95 ${p95} ms`);
  const ok = checks.every(({ passed }) => passed);
  const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
  screen.line(ok ? `All of it was seen, in ${seconds} s.` : 'Not all of it was seen.', ok ? 'green' : 'red');
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ ok, ...summary, stack_start_seconds: fixture.stackStartMs / 1000, seconds })}\n`,
    );
  return ok;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
