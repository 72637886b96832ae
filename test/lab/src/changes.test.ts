import { expect, it } from 'vitest';
import { createChanges } from './changes.ts';

it('resolves when the state becomes true, at once or after a change', async () => {
  const changes = createChanges();
  let count = 0;
  const two = changes.until(() => count >= 2 && `count ${count}`);
  count = 1;
  changes.notify();
  count = 2;
  changes.notify();
  expect(await two).toBe('count 2');
  expect(await changes.until(() => true)).toBe(true);
});

it('rejects when its signal aborts, before or while waiting', async () => {
  const changes = createChanges(() => 'nobody is there');
  const controller = new AbortController();
  const waiting = changes.until(() => false, { signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled', message: 'waited in vain: nobody is there' });
  await expect(changes.until(() => false, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
});
