import { expect, it } from 'vitest';
import { checkKey, checkPrefix } from './blob-key.ts';

it.each(['a', 'a/b.wav', 'A-1/_x/0.json', '.hidden', 'a/...', 'x'.repeat(200)])('takes the key %s', (key) => {
  expect(() => checkKey(key)).not.toThrow();
});

it.each([
  ...['', '/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/..', './a', 'a/./b'],
  ...['a b', 'a\\b', 'a\0', 'a\n', 'a%2e', 'ä', 'a@type', '@tmp/a', 'x'.repeat(201), 'a/'.repeat(600) + 'a'],
])('refuses the key %j', (key) => {
  expect(() => checkKey(key)).toThrow('not a blob key');
});

it.each(['', 'a', 'a/', 'a/b', 'a/.', 'a/..'])('takes the prefix %j', (prefix) => {
  expect(() => checkPrefix(prefix)).not.toThrow();
});

it.each(['/', '/a', '../', 'a/../', 'a//', 'a b', '@tmp'])('refuses the prefix %j', (prefix) => {
  expect(() => checkPrefix(prefix)).toThrow('not a blob prefix');
});
