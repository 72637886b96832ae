import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, type BotId } from '@earshot/kernel';
import type { CompositionKey } from '../domain/composition.ts';

export type WorkingFolders = ReturnType<typeof createWorkingFolders>;

/** Where compositions are made: a folder a bot, in it one a composition. */
export function createWorkingFolders(root: string) {
  const ofBot = (botId: BotId) => join(root, botId);
  const ofJob = ({ botId, kind, layout }: CompositionKey) => join(ofBot(botId), layout ? `${kind}-${layout}` : kind);
  return {
    /** The folders of one attempt; `owner` and the attempt name what is its alone. */
    async open(key: CompositionKey, { owner, attempt }: { owner: string; attempt: number }) {
      const [kept, scratch] = [join(ofJob(key), 'kept'), join(ofJob(key), `scratch-${attempt}-${owner}`)];
      for (const folder of [kept, scratch]) await mkdir(folder, { recursive: true, mode: 0o700 });
      return { kept, scratch };
    },

    /** What is only one attempt's goes. */
    removeScratch: ({ scratch }: { scratch: string }): Promise<void> => rm(scratch, { recursive: true, force: true }),

    /** Nothing of it is needed any more. */
    async remove(key: CompositionKey): Promise<void> {
      await rm(ofJob(key), { recursive: true, force: true });
      // Of the bot, where it was the last: else it is not empty, and stays.
      await rmdir(ofBot(key.botId)).catch(() => {});
    },

    /** The bots of which there are files. */
    async bots(): Promise<BotId[]> {
      return (await readdir(root).catch((): string[] => [])).filter(isUuid) as BotId[];
    },

    /** Everything of a bot goes; answers how many files there were. */
    async removeBot(botId: BotId): Promise<number> {
      const files = await readdir(ofBot(botId), { recursive: true, withFileTypes: true }).catch(() => []);
      await rm(ofBot(botId), { recursive: true, force: true, maxRetries: 3 });
      return files.filter((entry) => entry.isFile()).length;
    },
  };
}
