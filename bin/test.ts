import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

const root = resolve(import.meta.dirname, '..');

interface Step {
  readonly name: string;
  readonly args: readonly string[];
}
const vitest = (project: string) => ['node_modules/.bin/vitest', 'run', '--project', project];

/**
 * What stands between a change and main, quickest first. Those of one row run side by side: a test of services mostly waits
 * for a database or a clock, and leaves the processors to the browsers of a meeting.
 */
const rows: readonly (readonly Step[])[] = [
  [{ name: 'static checks', args: ['bin/check.ts'] }],
  [{ name: 'unit tests', args: vitest('unit') }],
  [
    { name: 'integration tests', args: vitest('integration') },
    { name: 'integration tests, meetings', args: vitest('integration-meetings') },
  ],
  [{ name: 'integration tests, in time', args: vitest('integration-in-time') }],
  [{ name: 'end-to-end stories', args: ['test/e2e/run.ts'] }],
  [{ name: 'chaos, short form', args: ['test/e2e/run.ts', 'chaos-short'] }],
];

const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
const env = {
  ...process.env,
  ...color,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
  // Every story starts all services: what one of them compiled the others need not.
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, '.cache/compile'),
};
/** What each failed step said of its failures, told again at the end: a log is often read from there. */
const failureLine = /\b(FAIL|AssertionError|\w*Error:)|^ *[×✗]/;

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly failures: readonly string[];
}

/** Its output goes to `write` as it comes. */
async function run({ name, args }: Step, write: (chunk: Buffer | string) => void): Promise<Result> {
  write(`\n== ${name}\n`);
  const startedAt = Date.now();
  const failures: string[] = [];
  const code = await new Promise<number | null>((done, fail) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const from of [child.stdout, child.stderr]) {
      from.on('data', write);
      createInterface({ input: from }).on('line', (line) => {
        const text = stripVTControlCharacters(line);
        if (failureLine.test(text)) failures.push(text);
      });
    }
    child.once('error', fail);
    child.once('close', done);
  });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  return { name, passed: code === 0, seconds, failures: code === 0 ? [] : [`${name}:`, ...failures.slice(0, 12)] };
}

/** The first speaks at once, the others when all are done: nobody reads two logs that are mixed. */
async function runRow([first, ...others]: readonly Step[]): Promise<Result[]> {
  const kept: (Buffer | string)[][] = others.map(() => []);
  const results = await Promise.all([
    ...(first ? [run(first, (chunk) => process.stdout.write(chunk))] : []),
    ...others.map((step, index) => run(step, (chunk) => kept[index]?.push(chunk))),
  ]);
  for (const chunk of kept.flat()) process.stdout.write(chunk);
  return results;
}

const results: Result[] = [];
for (const steps of rows) results.push(...(await runRow(steps)));

const failures = results.flatMap((result) => result.failures);
process.stdout.write(`\n${failures.map((line) => `${line}\n`).join('')}`);
for (const { name, passed, seconds } of results)
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
const failed = results.filter(({ passed }) => !passed).length;
process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
