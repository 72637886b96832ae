import { expect, it } from 'vitest';
import { eventually } from '@earshot/harness';
import { dataFolder, freePortBase, processesOf, startByHand } from './started.ts';

const signal = () => AbortSignal.timeout(30_000);

it('leaves nothing behind when it is killed, and starts again at once with the data it had', async () => {
  await using folder = await dataFolder();
  const args = ['--data', folder.path, '--port', String(await freePortBase())];
  await using killed = startByHand({ folder: folder.path, args });
  const firstKey = keyIn(await killed.until('Ctrl-C stops'));
  // PostgreSQL, NATS, eight services, and whoever ends them all.
  expect((await processesOf(folder.path)).length).toBeGreaterThanOrEqual(10);
  killed.child.kill('SIGKILL');
  await killed.ended();

  await using again = startByHand({ folder: folder.path, args });
  expect(keyIn(await again.until('Ctrl-C stops'))).toBe(firstKey);
  again.child.kill('SIGKILL');
  await again.ended();
  await eventually(async () => (await processesOf(folder.path)).length === 0, { signal: signal() });
});

it('stops what it has started so far when it is interrupted at start', async () => {
  // On a busy machine processes are counted slowly: an interrupt that comes once all stands shows nothing, and is tried again.
  for (let isEarly = false; !isEarly;) {
    await using folder = await dataFolder();
    await using started = startByHand({
      folder: folder.path,
      args: ['--data', folder.path, '--port', String(await freePortBase())],
    });
    await eventually(async () => (await processesOf(folder.path)).length > 4, { signal: signal(), everyMs: 20 });
    started.child.kill('SIGINT');
    const code = await started.ended();
    expect(await processesOf(folder.path)).toEqual([]);
    isEarly = !started.said().includes('Ready');
    if (!isEarly) continue;
    expect(code).toBe(1);
    expect(started.said()).toContain('Interrupted');
  }
});

function keyIn(said: string): string {
  return /API key\s+(\S+)/.exec(said)?.[1] ?? '';
}
