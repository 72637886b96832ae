import type { Compositions } from '../store/compositions.ts';
import type { WorkingFolders } from './working-folders.ts';

/**
 * Deletes the files of bots of which nothing waits or is being made: a process was killed right after it had finished. What is asked for
 * in that moment is made from the beginning.
 */
export async function sweepFiles({
  compositions,
  folders,
}: {
  compositions: Pick<Compositions, 'of'>;
  folders: Pick<WorkingFolders, 'bots' | 'removeBot'>;
}): Promise<void> {
  for (const botId of await folders.bots()) {
    const open = (await compositions.of(botId)).some(({ state }) => state === 'queued' || state === 'running');
    if (!open) await folders.removeBot(botId);
  }
}
