import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { faultSchema } from '../sandbox/src/faults.ts';

const root = resolve(import.meta.dirname, '../..');
const users = globSync(['test/integration/transcriber{,-engines}/*.test.ts', 'test/e2e/src/stories/*.ts'], {
  cwd: root,
});
const text = users.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');

it.each(faultSchema.shape.kind.options)('the sandbox’s fault %s is used by a test of the product', (kind) => {
  expect(text).toContain(`'${kind}'`);
});
