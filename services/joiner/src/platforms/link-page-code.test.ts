import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportsOf, linkPageCode } from './link-page-code.ts';

describe('linkPageCode', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'page-code-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Writes files and answers their paths. */
  function write(files: Readonly<Record<string, string>>): string[] {
    return Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
  }
  const run = (wanted: Readonly<Record<string, readonly string[]>>, expression: string): unknown =>
    runInNewContext(`(() => { 'use strict'; ${linkPageCode(wanted)}\nreturn ${expression}; })()`);

  it('calls each module once, what it imports before it, and leaves in scope only what was wanted', () => {
    const [, , , entry = ''] = write({
      'kinds.ts': "export interface Kind { a: string }\nexport const order: string[] = [];\norder.push('kinds');\n",
      'left.ts':
        "import { order } from './kinds.ts';\nconst own = 'left';\norder.push(own);\nexport function left(): string {\n  return own;\n}\n",
      'right.ts':
        "import { order, type Kind } from './kinds.ts';\nconst own: Kind = { a: 'right' };\norder.push(own.a);\nexport class Right {\n  name = own.a;\n}\n",
      'entry.ts':
        "import type { Gone } from './gone.ts';\nimport { order } from './kinds.ts';\nimport {\n  left as other,\n} from './left.ts';\nimport { Right } from './right.ts';\nexport const all = (gone?: Gone) => [...order, other(), new Right().name, gone];\n",
    });
    expect(run({ [entry]: ['all'] }, '[all().join(), typeof own, typeof order, typeof left].join(" ")')).toBe(
      'kinds,left,right,left,right, undefined undefined undefined',
    );
    expect([...exportsOf(entry)]).toEqual(['all']);
  });

  it('gives what several files export at once', () => {
    const [a = '', b = ''] = write({
      'one.ts': 'export async function one(): Promise<number> {\n  return 1;\n}\n',
      'two.ts': "import { one } from './one.ts';\nexport const two = () => typeof one;\n",
    });
    expect(run({ [a]: ['one'], [b]: ['two'] }, 'typeof one + two()')).toBe('functionfunction');
  });

  it.each([
    [
      'files that import each other',
      {
        'a.ts': "import { b } from './b.ts';\nexport const a = b;\n",
        'b.ts': "import { a } from './a.ts';\nexport const b = a;\n",
      },
      /import each other.*a\.ts -> .*b\.ts -> .*a\.ts/,
    ],
    [
      'a file that is missing',
      { 'c.ts': "import { d } from './d.ts';\nexport const c = d;\n" },
      /no such file .*c\.ts -> .*d\.ts/,
    ],
    [
      'a name that nobody exports',
      { 'e.ts': "import { g } from './f.ts';\nexport const e = g;\n", 'f.ts': 'const g = 1;\nvoid g;\n' },
      /nothing exports g .*f\.ts/,
    ],
    ['a package', { 'h.ts': "import { z } from 'zod';\nexport const h = z;\n" }, /imports zod .*h\.ts/],
    ['a default export', { 'i.ts': 'export default 1;\n' }, /form of import or export.*export default 1.*i\.ts/],
    [
      'a namespace',
      { 'j.ts': "import * as all from './f.ts';\nexport const j = all;\n" },
      /form of import.*import \* as all/,
    ],
    ['a variable that changes', { 'k.ts': 'export let k = 1;\n' }, /form of import or export.*export let k/],
    ['an export from elsewhere', { 'l.ts': "export { g } from './f.ts';\n" }, /form of import or export/],
  ])('refuses %s by its name', (_, files, message) => {
    const [entry = ''] = write(files);
    expect(() => linkPageCode({ [entry]: [] })).toThrow(message);
  });

  it('refuses one name for two things, and a name that the entry has not', () => {
    const [a = '', b = ''] = write({ 'm.ts': 'export const same = 1;\n', 'n.ts': 'export const same = 2;\n' });
    expect(() => linkPageCode({ [a]: ['same'], [b]: ['same'] })).toThrow(/two files export same .*m\.ts -> .*n\.ts/);
    expect(() => linkPageCode({ [a]: ['other'] })).toThrow(/nothing exports other .*m\.ts/);
  });
});
