import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const sources = execFileSync('git', ['ls-files', 'libs/*.ts', 'services/*.ts', 'gateway/*.ts'], { cwd: root })
  .toString()
  .split('\n')
  .filter((file) => file !== '' && !file.endsWith('.test.ts'));

/** Where engines have their names: what customers order them by, who asks the vendors, and what old orders meant. */
const naming = [
  'gateway/src/contract/',
  'gateway/src/config.ts',
  'services/transcriber/src/engines/',
  'libs/kernel/src/transcription-plan.ts',
];

const withoutComments = (text: string) => text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
const reading = (file: string) => withoutComments(readFileSync(resolve(root, file), 'utf8'));

it('nobody asks how the name of an engine ends: whether words come live is said by the plan', () => {
  const asking = sources.filter((file) => /(?:['"`/(]|\\b|\$)_streaming|_streaming\$/.test(reading(file)));
  expect(asking).toEqual([]);
});

it('engines that stream are named where engines have their names, and nowhere else', () => {
  const named = sources.filter((file) => /_streaming\b/.test(reading(file)));
  expect(named.filter((file) => !naming.some((place) => file.startsWith(place)))).toEqual([]);
});
