import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { unusedExports } from '../../bin/exports.ts';

const find = (file: string, specifier: string) =>
  specifier.startsWith('.') ? join(dirname(file), specifier) : { '@earshot/a': 'a/index.ts' }[specifier];
const unused = (files: Record<string, string>) => unusedExports(new Map(Object.entries(files)), find);

it('finds what is exported to nobody, and what an index passes on to nobody', () => {
  const files = {
    'a/index.ts':
      "export { used, unused } from './parts.ts';\nexport { type Asked, type Unasked } from './types.ts';\n",
    'a/parts.ts': 'export const used = 1;\nexport function unused() {}\nexport const [within] = [2];\n',
    'a/types.ts': 'export interface Asked {}\nexport type Unasked = Asked;\nexport class Kept {}\n',
    'b.ts': "import { used, type Asked } from '@earshot/a';\nvoid used as unknown as Asked;\n",
  };
  expect(unused(files).toSorted()).toEqual([
    'a/index.ts: Unasked',
    'a/index.ts: unused',
    'a/parts.ts: unused',
    'a/parts.ts: within',
    'a/types.ts: Kept',
  ]);
});

it('follows every way in which a file takes from another', () => {
  const files = {
    'a/index.ts':
      "export * from './one.ts';\nexport * as two from './two.ts';\nexport { three as four } from './three.ts';\n",
    'a/one.ts': 'export const one = 1;\nexport default 1;\n',
    'a/two.ts': 'export const two = 2;\n',
    'a/three.ts': 'const three = 3;\nexport { three };\n',
    'a/five.ts': 'export const five = 5;\n',
    'a/six.ts': 'export class Six {}\nexport class Seven {}\n',
    'b.ts': "import { one, two, four } from '@earshot/a';\nvoid [one, two, four];\n",
    'c.ts': "import * as five from './a/five.ts';\nvoid five;\n",
    'd.ts': "export const d = (): import('./a/six.ts').Six => (void import('./a/six.ts'), fail());\n",
    'e.ts': "import { d } from './d.ts';\nvoid d;\n",
    'libs/client/src/index.ts': 'export const forCustomers = 1;\n',
  };
  expect(unused(files)).toEqual([]);
});
