import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

const root = resolve(import.meta.dirname, '..');

/** What stands between a change and main, quickest first. */
const steps: readonly { name: string; args: readonly string[] }[] = [
  { name: 'static checks', args: ['bin/check.ts'] },
  { name: 'unit tests', args: ['node_modules/.bin/vitest', 'run', '--project', 'unit'] },
  { name: 'integration tests', args: ['node_modules/.bin/vitest', 'run', '--project', 'integration*'] },
  { name: 'end-to-end stories', args: ['test/e2e/run.ts'] },
  { name: 'chaos, short form', args: ['test/e2e/run.ts', 'chaos-short'] },
];

const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
const env = {
  ...process.env,
  ...color,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
  // Every story starts all services: what one of them compiled the others need not.
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, '.cache/compile'),
};
const results: { name: string; passed: boolean; seconds: number }[] = [];
/** What each failed step said of its failures, told again at the end: a log is often read from there. */
const failures: string[] = [];
const tellsFailure = /\b(FAIL|AssertionError|\w*Error:)|^ *[×✗]/;

for (const { name, args } of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const startedAt = Date.now();
  const said: string[] = [];
  const code = await new Promise<number | null>((done, fail) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.pipe(to, { end: false });
      createInterface({ input: from }).on('line', (line) => {
        const text = stripVTControlCharacters(line);
        if (tellsFailure.test(text)) said.push(text);
      });
    }
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0) failures.push(`${name}:`, ...said.slice(0, 12));
  results.push({ name, passed: code === 0, seconds: Math.round((Date.now() - startedAt) / 1000) });
}

process.stdout.write(`\n${failures.map((line) => `${line}\n`).join('')}`);
for (const { name, passed, seconds } of results)
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
const failed = results.filter(({ passed }) => !passed).length;
process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
