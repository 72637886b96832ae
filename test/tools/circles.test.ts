import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { circlesIn, circlesOf } from '../../bin/circles.ts';

it('finds a circle of types, which no linter sees, and leaves files alone that only share one', () => {
  const root = mkdtempSync(join(tmpdir(), 'circles-'));
  try {
    const files = {
      'a.ts': "import type { B } from './b.ts';\nexport type A = B;\n",
      'b.ts': "import { c } from './c.ts';\nexport type B = typeof c;\n",
      'c.ts': "export type { A } from './a.ts';\nexport const c = 1;\n",
      'd.ts': "import { c } from './c.ts';\nvoid c;\n",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    expect(circlesIn(root, Object.keys(files))).toEqual([['a.ts', 'b.ts', 'c.ts']]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it('tells two circles apart that are joined by one way only', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['a', 'c']],
    ['c', ['d']],
    ['d', ['c']],
    ['e', ['a', 'e']],
  ]);
  expect(circlesOf(edges)).toEqual([['c', 'd'], ['a', 'b'], ['e']]);
});
