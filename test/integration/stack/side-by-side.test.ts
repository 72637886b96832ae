import { expect, it } from 'vitest';
import { dataFolder, freePortBase, startByHand, type Started } from './started.ts';

const apiOf = (said: string) => ({
  url: /API\s+(http\S+)/.exec(said)?.[1] ?? '',
  key: /API key\s+(\S+)/.exec(said)?.[1] ?? '',
});

it('runs twice on one machine with two settings, each with its own keys; a third start on the same ones ends', async () => {
  await using first = await dataFolder();
  await using second = await dataFolder();
  const base = await freePortBase();
  await using one = startByHand({ folder: first.path, args: ['--data', first.path, '--port', String(base)] });
  await one.until('Ctrl-C stops');
  const env = { EARSHOT_DATA: second.path, EARSHOT_PORT_BASE: String(await freePortBase()) };
  await using two = startByHand({ folder: first.path, args: [], env });
  await two.until('Ctrl-C stops');

  const [a, b] = [one, two].map((started: Started) => apiOf(started.said()));
  const status = async (api?: { url: string }, key = '') =>
    (await fetch(`${api?.url}/bots`, { headers: { authorization: `Token ${key}` } })).status;
  expect(new URL(a?.url ?? '').port).toBe(String(base));
  expect(await status(a, a?.key)).toBe(200);
  expect(await status(b, b?.key)).toBe(200);
  expect(await status(a, b?.key)).toBe(403);
  expect(await status(b, a?.key)).toBe(403);

  await using third = startByHand({ folder: first.path, args: ['--data', first.path, '--port', String(base)] });
  expect(await third.ended()).toBe(1);
  expect(third.said()).toMatch(/in use by another stack/);
  expect(await status(a, a?.key)).toBe(200);
});
