import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const map = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** What the walks through the code name: a file, and what is to be found in it. */
const steps = map
  .split(/^## /m)
  .filter((section) => section.startsWith('Walk '))
  .flatMap((section) => [...section.matchAll(/`([\w./-]+\.ts)`\s+`(\w+)`/g)])
  .map(([, file = '', name = '']) => ({ file, name }));

it('walks through the code in steps', () => {
  expect(steps.length).toBeGreaterThan(40);
});

it.each(steps)('$file has $name', ({ file, name }) => {
  const text = readFileSync(join(root, file), 'utf8');
  expect(text).toMatch(new RegExp(`^(export )?(async )?(class|const|function\\*?|interface) ${name}\\b`, 'm'));
});
