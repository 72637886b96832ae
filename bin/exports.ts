import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Finds exports that no file imports, and what an index passes on to nobody. A type may be exported where it is declared, for
 * nobody: it is a word of a signature. Run by `npm run check`.
 */

/** Taken by whoever wants them: customers, loaders that are given a file or a folder; a service's index is alike in each. */
const entrances = [
  /^libs\/client\/src\/index\.ts$/,
  /^(services\/[^/]+|gateway)\/src\/index\.ts$/,
  /\/migrations\//,
  // By name, from the process that drives the page.
  /\/in-page\//,
  /\.config\.ts$/,
  /global-setup\.ts$/,
];
/** Every export of the module. */
const ALL = '*';

interface Module {
  /** Names that are made here: values, and types. */
  readonly own: Set<string>;
  readonly types: Set<string>;
  /** Names that come from elsewhere: under `ALL`, whatever those modules export. */
  readonly passed: Map<string, { readonly from: string; readonly name: string }>;
  readonly stars: string[];
  /** What this module takes of others. */
  readonly taken: { readonly from: string; readonly name: string }[];
}

/** `file: name` of each export without an importer; `find` leads from a file and a specifier to a file of ours. */
export function unusedExports(
  files: ReadonlyMap<string, string>,
  find: (file: string, specifier: string) => string | undefined,
): string[] {
  const modules = new Map(
    Array.from(files, ([file, text]) => [file, read(file, text, (specifier) => find(file, specifier))]),
  );
  const used = new Set<string>();
  const use = (file: string, name: string): void => {
    const key = `${file}: ${name}`;
    const module = modules.get(file);
    if (module === undefined || used.has(key)) return;
    used.add(key);
    if (name === ALL) for (const each of [...module.own, ...module.passed.keys()]) use(file, each);
    const passed = module.passed.get(name);
    if (passed) use(passed.from, passed.name);
    else if (!module.own.has(name) && !module.types.has(name)) for (const from of module.stars) use(from, name);
  };
  for (const [file, { taken }] of modules) {
    if (entrances.some((entrance) => entrance.test(file))) use(file, ALL);
    for (const { from, name } of taken) use(from, name);
  }
  const all = Array.from(modules, ([file, { own, passed }]) =>
    [...own, ...passed.keys()].map((name) => `${file}: ${name}`),
  );
  return all.flat().filter((key) => !used.has(key));
}

function read(file: string, text: string, find: (specifier: string) => string | undefined): Module {
  const module: Module = { own: new Set(), types: new Set(), passed: new Map(), stars: [], taken: [] };
  const take = (specifier: string, name: string) => {
    const from = find(specifier);
    if (from !== undefined) module.taken.push({ from, name });
  };
  const literal = (node: ts.Node | undefined) => (node && ts.isStringLiteralLike(node) ? node.text : undefined);

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const specifier = literal(node.moduleSpecifier) ?? '';
      const { name, namedBindings } = node.importClause ?? {};
      if (name) take(specifier, 'default');
      if (namedBindings && ts.isNamespaceImport(namedBindings)) take(specifier, ALL);
      else for (const each of namedBindings?.elements ?? []) take(specifier, (each.propertyName ?? each.name).text);
    } else if (ts.isExportDeclaration(node)) {
      const specifier = literal(node.moduleSpecifier);
      const from = specifier === undefined ? undefined : find(specifier);
      if (node.exportClause === undefined) {
        if (from !== undefined) module.stars.push(from);
      } else if (ts.isNamespaceExport(node.exportClause)) {
        if (from !== undefined) module.passed.set(node.exportClause.name.text, { from, name: ALL });
      } else
        for (const { name, propertyName } of node.exportClause.elements)
          if (from === undefined) module.own.add(name.text);
          else module.passed.set(name.text, { from, name: (propertyName ?? name).text });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const [first] = node.qualifier?.getText().split('.') ?? [];
      take(literal(node.argument.literal) ?? '', first ?? ALL);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      take(literal(node.arguments[0]) ?? '', ALL);
    else if (isExported(node)) {
      const isType = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
      for (const name of namesOf(node)) (isType ? module.types : module.own).add(name);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return module;
}

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function namesOf(node: ts.Node): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(({ name }) => bound(name));
  const { name } = node as ts.NamedDeclaration;
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

const bound = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((each) => (ts.isBindingElement(each) ? bound(each.name) : []));

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const options = { cwd: root, encoding: 'utf8' } as const;
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], options);
  const names = listed.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
  const texts = new Map(names.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const packages = new Map<string, string>();
  for (const path of globSync('{libs,services,test}/*/package.json', { cwd: root }).concat(
    'gateway/package.json',
    'bin/stack/package.json',
  )) {
    const { name, exports = {} } = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
      name: string;
      exports?: Record<string, string>;
    };
    for (const [entry, file] of Object.entries(exports)) packages.set(join(name, entry), join(dirname(path), file));
  }
  const unused = unusedExports(texts, (file, specifier) =>
    specifier.startsWith('.') ? join(dirname(file), specifier) : packages.get(specifier),
  );
  for (const each of unused) console.error(`nobody imports ${each}`);
  process.exitCode = unused.length === 0 ? 0 : 1;
}
