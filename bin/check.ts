import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Every static check, side by side. One line each; the output of those that fail. Exits 1 when one does. */

const root = resolve(import.meta.dirname, '..');
const env = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
};

interface Outcome {
  readonly isGood: boolean;
  readonly output: string;
}

function run(...[command = '', ...args]: string[]): Promise<Outcome> {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => done({ isGood: false, output: error.message }));
    child.on('close', (code) => done({ isGood: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}

async function check(name: string, work: () => Promise<Outcome>): Promise<boolean> {
  const startedAt = performance.now();
  const { isGood, output } = await work();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}\n${isGood ? '' : `${output.trim()}\n`}`);
  return isGood;
}

/** One after the other within a lane; lanes run side by side. */
async function lane(...checks: readonly (readonly [name: string, work: () => Promise<Outcome>])[]): Promise<boolean[]> {
  const results: boolean[] = [];
  for (const [name, work] of checks) results.push(await check(name, work));
  return results;
}

/**
 * The words of several services came to stand in one package with the commit that brought this file: the fields have the type
 * of another package since, which to buf is another type, although not a byte on the wire changed. It measures from there.
 */
const FIRST_OF_ITS_WORDS = 'proto/earshot/common/v1/transcription.proto';

/** Against the contract on main, or the one before when main is checked out. There is nothing to break before the second. */
async function breaking(): Promise<Outcome> {
  const hashes = ({ output }: Outcome) => output.match(/^[0-9a-f]{40}$/gm) ?? [];
  const log = ['git', 'log', '--format=%H', 'main'];
  const [first] = hashes(await run(...log, '--diff-filter=A', '--', FIRST_OF_ITS_WORDS));
  if (first === undefined) return { isGood: true, output: '' };
  const commits = hashes(await run(...log, `^${first}~1`, '-2', '--', 'proto/earshot'));
  const head = (await run('git', 'rev-parse', 'HEAD', 'main')).output.trim().split('\n');
  const hasLocalChanges = !(await run('git', 'diff', '--quiet', 'HEAD', '--', 'proto/earshot')).isGood;
  const against = head[0] === head[1] && !hasLocalChanges ? commits[1] : commits[0];
  if (against === undefined) return { isGood: true, output: '' };
  return run('buf', 'breaking', '--against', `.git#ref=${against}`);
}

if (!existsSync(join(root, 'proto/gen/earshot'))) {
  if (!(await check('buf generate', () => run('buf', 'generate')))) process.exit(1);
}

const inPage = 'services/joiner/src/in-page/tsconfig.json';
const results = await Promise.all([
  lane(['eslint, through nx', () => run('nx', 'run-many', '-t', 'lint', '--output-style=static')]),
  lane(
    ['buf lint', () => run('buf', 'lint')],
    ['buf format', () => run('buf', 'format', '--diff', '--exit-code')],
    ['buf breaking', breaking],
    ['types', () => run('tsc', '-p', 'tsconfig.json')],
    ['types, in-page', () => run('tsc', '-p', inPage)],
    ['no circles of imports', () => run(process.execPath, '--disable-warning=ExperimentalWarning', 'bin/circles.ts')],
    ['no exports for nobody', () => run(process.execPath, '--disable-warning=ExperimentalWarning', 'bin/exports.ts')],
    ['prettier', () => run('prettier', '--check', '--log-level=warn', '.')],
  ),
]);
process.exitCode = results.flat().every(Boolean) ? 0 : 1;
