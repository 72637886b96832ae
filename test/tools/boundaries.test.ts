import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const typed = new ESLint({ cwd: root });
/** To lint anew with types takes as long as to read a whole project anew, and few rules ask for them. */
const untyped = new ESLint({
  cwd: root,
  overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }],
  ruleFilter: ({ ruleId }) => !isTyped(ruleId),
});
/** Of the rules looked for here. */
const isTyped = (rule: string) => rule.startsWith('@typescript-eslint/');
const projects = '@nx/enforce-module-boundaries';
const folders = 'no-restricted-imports';

interface Offence {
  /** The first file that matches lends its place; what is linted is `code`. */
  readonly place: string;
  readonly code: string;
  readonly rule: string;
}

const use = (from: string) => `import * as used from '${from}';\nvoid used;\n`;
const offences: readonly Offence[] = [
  // between projects
  { place: 'libs/kernel/src/*.ts', code: use('zod'), rule: projects },
  { place: 'libs/kernel/src/*.ts', code: use('@earshot/service'), rule: projects },
  { place: 'libs/db/src/*.ts', code: use('@earshot/events'), rule: projects },
  { place: 'libs/rpc/src/*.ts', code: use('@earshot/scheduler'), rule: projects },
  { place: 'services/scheduler/src/rpc/*.ts', code: use('@earshot/joiner'), rule: projects },
  { place: 'services/notifier/src/rpc/*.ts', code: use('../../../scheduler/src/scheduler.ts'), rule: projects },
  { place: 'services/scheduler/src/rpc/*.ts', code: use('@grpc/grpc-js'), rule: projects },
  { place: 'gateway/src/http/*.ts', code: use('@nats-io/jetstream'), rule: projects },
  { place: 'services/retention/src/*.ts', code: use('@earshot/stack'), rule: projects },
  { place: 'services/retention/src/*.ts', code: use('@earshot/lab'), rule: projects },
  { place: 'bin/stack/src/*.ts', code: use('@earshot/gateway'), rule: projects },
  // between folders of a service
  { place: 'libs/kernel/src/*.ts', code: use('node:crypto'), rule: folders },
  { place: 'services/scheduler/src/domain/*.ts', code: use('node:path'), rule: folders },
  { place: 'services/scheduler/src/domain/*.ts', code: use('@earshot/db'), rule: folders },
  { place: 'services/scheduler/src/domain/*.ts', code: use('../store/bots.ts'), rule: folders },
  { place: 'services/scheduler/src/domain/*.ts', code: use('../config.ts'), rule: folders },
  { place: 'services/scheduler/src/actions/*.ts', code: use('@earshot/contract/scheduler/v1/bots.ts'), rule: folders },
  { place: 'services/scheduler/src/actions/*.ts', code: use('@earshot/events'), rule: folders },
  { place: 'services/scheduler/src/actions/*.ts', code: use('../rpc/mapping.ts'), rule: folders },
  { place: 'services/scheduler/src/actions/*.ts', code: use('../events/publish.ts'), rule: folders },
  { place: 'services/scheduler/src/actions/*.ts', code: use('knex'), rule: folders },
  { place: 'services/scheduler/src/store/*.ts', code: use('../actions/create-bot.ts'), rule: folders },
  { place: 'services/scheduler/src/rpc/*.ts', code: use('../store/bots.ts'), rule: folders },
  { place: 'gateway/src/actions/*.ts', code: use('../http/server.ts'), rule: folders },
  { place: 'gateway/src/http/*.ts', code: use('pg'), rule: folders },
  { place: 'libs/blobs/src/*.ts', code: use('knex'), rule: folders },
  { place: 'services/joiner/src/rpc/*.ts', code: use('playwright-core'), rule: folders },
  { place: 'services/joiner/src/*.ts', code: use('playwright-core'), rule: folders },
  { place: 'services/joiner/src/in-page/*.ts', code: use('@earshot/kernel'), rule: folders },
  { place: 'services/joiner/src/in-page/*.ts', code: use('../domain/bot.ts'), rule: folders },
  { place: 'services/joiner/src/in-page/probes/*.ts', code: use('../../platforms/page-text.ts'), rule: folders },
  { place: 'services/joiner/src/in-page/*.ts', code: 'void process.pid;\n', rule: 'no-restricted-globals' },
  { place: 'examples/*/*.ts', code: use('@earshot/kernel'), rule: folders },
  { place: 'examples/*/*.ts', code: use('../../libs/kernel/src/index.ts'), rule: folders },
  { place: 'services/joiner/src/page-protocol/*.ts', code: use('../domain/bot.ts'), rule: folders },
  { place: 'services/joiner/src/page-protocol/*.ts', code: use('node:buffer'), rule: folders },
  {
    place: 'services/joiner/src/page-protocol/*.ts',
    code: 'void Buffer.alloc(1);\n',
    rule: 'no-restricted-globals',
  },
  // what a file may touch
  {
    place: 'services/scheduler/src/domain/*.ts',
    code: 'export const at = Date.now();\n',
    rule: 'no-restricted-properties',
  },
  {
    place: 'services/scheduler/src/domain/*.ts',
    code: 'export const at = new Date();\n',
    rule: 'no-restricted-syntax',
  },
  { place: 'services/scheduler/src/domain/*.ts', code: 'setTimeout(() => {}, 1);\n', rule: 'no-restricted-globals' },
  {
    place: 'services/scheduler/src/domain/*.ts',
    code: 'export const { pid } = process;\n',
    rule: 'no-restricted-globals',
  },
  { place: 'services/scheduler/src/rpc/*.ts', code: 'void process.env;\n', rule: 'no-restricted-properties' },
  { place: 'libs/egress/src/*.ts', code: 'export const { env } = process;\n', rule: 'no-restricted-properties' },
  { place: 'services/scheduler/src/main.ts', code: 'process.exit(1);\n', rule: 'no-restricted-properties' },
  { place: 'libs/service/src/run.ts', code: 'void process.env;\n', rule: 'no-restricted-properties' },
  { place: 'services/scheduler/src/*.ts', code: 'export default 1;\n', rule: 'no-restricted-exports' },
  { place: 'libs/blobs/src/*.ts', code: 'export const a = 1;\n'.padEnd(330, '\n'), rule: 'max-lines' },
  {
    place: 'libs/blobs/src/*.test.ts',
    code: "import { vi } from 'vitest';\nvi.mock('./blob-key.ts');\n",
    rule: 'no-restricted-properties',
  },
  {
    place: 'libs/blobs/src/*.ts',
    code: 'const later = async () => {};\nlater();\n',
    rule: '@typescript-eslint/no-floating-promises',
  },
  { place: 'libs/blobs/src/*.ts', code: 'export const a = {} as any;\n', rule: '@typescript-eslint/no-explicit-any' },
  {
    place: 'libs/blobs/src/*.ts',
    code: "import { AppError } from '@earshot/kernel';\nexport type Mine = AppError;\n",
    rule: '@typescript-eslint/consistent-type-imports',
  },
  { place: 'services/scheduler/src/rpc/*.ts', code: 'export const heed = 1;\n', rule: 'id-denylist' },
  { place: 'test/harness/src/*.ts', code: 'export class Outlet {}\n', rule: 'id-denylist' },
  { place: 'test/lab/src/pages/**/*.js', code: 'proces.exit();\n', rule: 'no-undef' },
];

/** What the same rules let pass, so that a rule that refuses everything does not look right. */
const allowed: readonly Offence[] = [
  { place: 'services/scheduler/src/rpc/*.ts', code: use('@earshot/rpc'), rule: projects },
  { place: 'libs/rpc/src/*.ts', code: use('@grpc/grpc-js'), rule: projects },
  { place: 'test/integration/*/*.test.ts', code: use('@earshot/stack'), rule: projects },
  { place: 'services/scheduler/src/domain/*.ts', code: use('@earshot/kernel'), rule: folders },
  { place: 'services/scheduler/src/domain/*.ts', code: use('./bot.ts'), rule: folders },
  { place: 'services/scheduler/src/actions/*.ts', code: use('node:crypto'), rule: folders },
  { place: 'gateway/src/actions/*.ts', code: use('@earshot/contract/scheduler/v1/bots.ts'), rule: folders },
  { place: 'services/scheduler/src/store/*.ts', code: use('knex'), rule: folders },
  { place: 'services/joiner/src/browser/*.ts', code: use('playwright-core'), rule: folders },
  { place: 'services/joiner/src/in-page/*.ts', code: use('./now.ts'), rule: folders },
  { place: 'services/joiner/src/in-page/*.ts', code: use('../page-protocol/options.ts'), rule: folders },
  { place: 'services/scheduler/src/main.ts', code: 'void process.env;\n', rule: 'no-restricted-properties' },
  { place: 'libs/service/src/run.ts', code: 'process.exit(1);\n', rule: 'no-restricted-properties' },
  { place: 'services/scheduler/src/rpc/*.ts', code: 'export const reconcile = 1;\n', rule: 'id-denylist' },
];

/** The rules that are broken by `code` standing in the place of a file that exists, since types need one that does. */
async function brokenRules({ place, code, rule }: Offence): Promise<string[]> {
  const isTestPlace = place.endsWith('.test.ts');
  const files = globSync(place, { cwd: root }).filter((path) => path.endsWith('.test.ts') === isTestPlace);
  const isOfAnyRole = (path: string) => !/\/(main|config|run|telemetry)\.ts$/.test(path);
  const filePath = (place.includes('*') ? files.filter(isOfAnyRole) : files).sort()[0];
  if (filePath === undefined) throw new Error(`no file matches ${place}`);
  const results = await (isTyped(rule) ? typed : untyped).lintText(code, { filePath: join(root, filePath) });
  const messages = results.flatMap((result) => result.messages);
  expect(messages.filter((message) => message.fatal)).toEqual([]);
  return messages.flatMap((message) => message.ruleId ?? []);
}

const titled = (cases: readonly Offence[]) =>
  cases.map((offence) => ({ ...offence, what: offence.code.trim().split('\n').at(0) ?? '' }));

// The boundary rule reads the project graph from nx's cache, and skips itself when there is none.
beforeAll(() => {
  execFileSync(join(root, 'node_modules/.bin/nx'), ['show', 'projects'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
    stdio: 'pipe',
  });
});

it.each(titled(offences))('$rule refuses in $place: $what', async (offence) => {
  expect(await brokenRules(offence)).toContain(offence.rule);
});

it.each(titled(allowed))('$rule allows in $place: $what', async (offence) => {
  expect(await brokenRules(offence)).not.toContain(offence.rule);
});

const { floors } = (await import(join(root, 'eslint.config.mjs'))) as { floors: Record<string, readonly string[]> };
const folderCases = Object.entries(floors).flatMap(([service, names]) =>
  names.slice(1).map((name, floor) => ({ service, name, above: names.slice(0, floor + 1) })),
);

it.each(folderCases)('$service: $name imports nothing that lies above it', async ({ service, name, above }) => {
  const code = above.map((folder) => `export type * as ${folder} from '../${folder}/any.ts';\n`).join('');
  const rules = await brokenRules({ place: `${service}/src/${name}/*.ts`, code, rule: folders });
  expect(rules.filter((rule) => rule === folders)).toHaveLength(above.length);
});

/** The folders of these files, directly under a project's `src`, that no floor names. What runs in pages has a rule of its own. */
function floorless(files: readonly string[]): string[] {
  const known = Object.entries(floors).flatMap(([project, names]) => names.map((name) => `${project}/src/${name}`));
  const folders = files.flatMap(
    (path) => /^(?:(?:services|libs)\/[^/]+|gateway)\/src\/[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)].filter((path) => !known.includes(path) && path !== 'services/joiner/src/in-page');
}

it('has a floor for every folder of every service, and of a library as soon as it has folders', () => {
  expect(floorless(globSync('{services/*,libs/*,gateway}/src/**/*.ts', { cwd: root }))).toEqual([]);
  const added = ['services/retention/src/reports/weekly/list.ts', 'libs/db/src/vacuum/run.ts', 'libs/db/src/run.ts'];
  expect(floorless(added)).toEqual(['services/retention/src/reports', 'libs/db/src/vacuum']);
});
