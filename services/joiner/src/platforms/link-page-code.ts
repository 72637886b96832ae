import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { resolve } from 'node:path';

interface PageModule {
  readonly imports: readonly { readonly file: string; readonly names: ReadonlyMap<string, string> }[];
  readonly exports: ReadonlySet<string>;
  /** JavaScript without what imports and exports. */
  readonly body: string;
}

/** As prettier writes them. Imports of types alone are gone by then. */
const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*'([^']+)';$/gm;
const EXPORT = /^export (?=(?:async )?(?:function|const|class) (\w+))/gm;
/** Lines of comments, and those that are empty where types stood: pages read this anew in every frame. */
const COMMENT = /^[ \t]*(?:\/\*\*[\s\S]*?\*\/|\/\/.*)$/gm;
const EMPTY = /\n\s*(?=\n)/g;
/** What is left of a form that is none of these. */
const UNKNOWN = /^(?:import|export)\b.*$/m;

const modules = new Map<string, PageModule>();

/**
 * Joins modules of page code into statements that leave the named exports of the given files in scope; a page can load no file of
 * ours. Each module is a function of its own, called once, behind those that it imports: what it does not export nobody else
 * can name. Throws for a file that is missing, a form of import or export that is none of ours, a name that is not
 * exported, one that two of the files give, and files that import each other.
 */
export function linkPageCode(wanted: Readonly<Record<string, readonly string[]>>): string {
  const ids = new Map<string, string>();
  const statements: string[] = [];
  const link = (file: string, importers: readonly string[]): string => {
    const known = ids.get(file);
    if (known !== undefined) return known;
    if (importers.includes(file)) throw linkError('files import each other', [...importers, file]);
    const path = [...importers, file];
    const { imports, exports, body } = readModule(path);
    const bindings = imports.map((each) => bind(each.names, { file: each.file, id: link(each.file, path) }));
    const id = `module${ids.size}`;
    ids.set(file, id);
    const inside = [...bindings, body.trim(), `return { ${[...exports].join(', ')} };`];
    statements.push(`const ${id} = (() => {\n${inside.join('\n')}\n})();`);
    return id;
  };
  const owners = new Map<string, string>();
  for (const [path, names] of Object.entries(wanted)) {
    const file = resolve(path);
    for (const name of names) {
      const owner = owners.get(name);
      if (owner !== undefined) throw linkError(`two files export ${name}`, [owner, file]);
      owners.set(name, file);
    }
    statements.push(bind(new Map(names.map((name) => [name, name])), { file, id: link(file, []) }));
  }
  return statements.join('\n');
}

/** The names that a file exports, types left out. */
export function exportsOf(file: string): ReadonlySet<string> {
  return readModule([resolve(file)]).exports;
}

/** A statement that gives a module's exports their names here. */
function bind(names: ReadonlyMap<string, string>, { file, id }: { file: string; id: string }): string {
  const { exports } = readModule([file]);
  for (const name of names.keys()) if (!exports.has(name)) throw linkError(`nothing exports ${name}`, [file]);
  const pairs = Array.from(names, ([name, as]) => (name === as ? name : `${name}: ${as}`));
  return `const { ${pairs.join(', ')} } = ${id};`;
}

/** The last of a chain of files, each of which imports the next. */
function readModule(path: readonly string[]): PageModule {
  const file = path.at(-1) ?? '';
  const known = modules.get(file);
  if (known) return known;
  if (!existsSync(file)) throw linkError('no such file', path);
  const text = stripTypeScriptTypes(readFileSync(file, 'utf8'));
  const imports = Array.from(text.matchAll(IMPORT), ([, names = '', from = '']) => {
    if (!from.startsWith('.')) throw linkError(`page code imports ${from}`, path);
    return { file: resolve(file, '..', from), names: namesIn(names) };
  });
  const exports = new Set(Array.from(text.matchAll(EXPORT), ([, name = '']) => name));
  const body = text
    .replace(IMPORT, '')
    .replace(EXPORT, '')
    .replace(COMMENT, '')
    .replace(EMPTY, '')
    .replace(/[ \t]+$/gm, '');
  const unknown = UNKNOWN.exec(body);
  if (unknown) throw linkError(`no form of import or export that is known: ${unknown[0]}`, path);
  // What gave nothing but types is not there.
  const read = { imports: imports.filter(({ names }) => names.size > 0), exports, body };
  modules.set(file, read);
  return read;
}

/** Of `a, b as c`: each name by the one that it is exported by. */
function namesIn(list: string): Map<string, string> {
  const parts = list.split(',').map((part) => part.trim());
  return new Map(
    parts.filter(Boolean).map((part) => {
      const [name = '', as = name] = part.split(/\s+as\s+/);
      return [name, as];
    }),
  );
}

function linkError(problem: string, files: readonly string[]): Error {
  return new Error(`${problem} (${files.join(' -> ')})`);
}
