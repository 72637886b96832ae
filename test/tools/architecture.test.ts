import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { BotId } from '@earshot/kernel';
import * as composer from '../../services/composer/src/domain/subjects.ts';
import * as media from '../../services/media-streamer/src/domain/subjects.ts';
import { encodeErasureFact } from '../../services/retention/src/events/publish.ts';
import * as scheduler from '../../services/scheduler/src/events/publish.ts';
import * as transcriber from '../../services/transcriber/src/domain/subjects.ts';

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

/** `bots.<id>.queued` where a row begins in full and goes on with `.queued`; `-failed` takes the place of what follows the dash. */
function subjectsOfRow(cell: string): string[] {
  const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  return [first, ...others.map((end) => first.replace(end.startsWith('.') ? /\.[^.]*$/ : /-[^-.]*$/, end))];
}

it('has a table of every fact that is published, and of none that is not', () => {
  const table = map.split(/^## Facts$/m)[1]?.split(/^## /m)[0] ?? '';
  const told = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) => subjectsOfRow(cell));
  const id = '<id>' as BotId;
  const erasure = { botId: id, at: 0, deletedObjects: 0, detail: '', attempt: 1 };
  const published = [
    ...scheduler.subjectsOf(id),
    ...media.subjectsOf(id),
    ...transcriber.subjectsOf(id),
    ...composer.subjectsOf(id),
    encodeErasureFact({ kind: 'erasure-done', ...erasure }).subject,
    encodeErasureFact({ kind: 'erasure-failed', ...erasure }).subject,
  ];
  expect(told.sort()).toEqual(published.sort());
});

it('names files that exist, in what it tells of the inside of the rooms', () => {
  const rooms = readFileSync(join(root, 'docs/rooms.md'), 'utf8').split(/^## /m).slice(1);
  const named = rooms.flatMap((text) => {
    const room = text.split('\n', 1)[0] ?? '';
    return [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file = '']) => `services/${room}/src/${file}`);
  });
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
