import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** What stands between a change and main, quickest first. */
const steps: readonly { name: string; args: readonly string[] }[] = [
  { name: 'static checks', args: ['bin/check.ts'] },
  { name: 'unit tests', args: ['node_modules/.bin/vitest', 'run', '--project', 'unit'] },
  { name: 'integration tests', args: ['node_modules/.bin/vitest', 'run', '--project', 'integration'] },
  { name: 'end-to-end stories', args: ['test/e2e/run.ts'] },
  { name: 'chaos, short form', args: ['test/e2e/run.ts', 'chaos-short'] },
];

const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` };
const results: { name: string; passed: boolean; seconds: number }[] = [];

for (const { name, args } of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const startedAt = Date.now();
  const code = await new Promise<number | null>((done, fail) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', fail);
    child.once('exit', done);
  });
  results.push({ name, passed: code === 0, seconds: Math.round((Date.now() - startedAt) / 1000) });
}

process.stdout.write('\n');
for (const { name, passed, seconds } of results)
  process.stdout.write(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
const failed = results.filter(({ passed }) => !passed).length;
process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
