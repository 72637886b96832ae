import { forgetSetAside } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { TranscriberDeps } from './deps.ts';

/**
 * Erases everything of a bot, the words in the stream of facts included; answers how many transcripts there were. Of a visit whose end others still wait to hear
 * about, the id and the times stay until it is said that there is nothing.
 */
export async function eraseTranscripts(
  deps: Pick<
    TranscriberDeps,
    | 'database'
    | 'transcripts'
    | 'utterances'
    | 'missedSpeech'
    | 'usages'
    | 'speakers'
    | 'positions'
    | 'visits'
    | 'forgetWords'
    | 'nudge'
  >,
  botId: BotId,
): Promise<number> {
  const count = await deps.database.transaction(async (tx) => {
    await deps.visits.deleteSettled(tx, botId);
    const deleted = await deps.transcripts.deleteOf(tx, botId);
    for (const table of [deps.utterances, deps.missedSpeech, deps.usages, deps.speakers, deps.positions])
      await table.deleteOf(tx, botId);
    await forgetSetAside(tx, botId);
    return deleted;
  });
  await deps.forgetWords(botId);
  deps.nudge();
  return count;
}
