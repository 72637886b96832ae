import type { BotId } from '@earshot/kernel';
import type { TranscriptFact } from './transcript.ts';

type Kind = TranscriptFact['kind'];

const kinds: Readonly<Record<Kind, boolean>> = {
  'utterance-final': true,
  'transcript-ready': false,
  'transcript-failed': false,
  'transcript-skipped': false,
  'live-trouble': false,
  retranscribed: false,
};

/** Whether facts of this kind carry somebody's words. */
export const saysWords = (kind: Kind): boolean => kinds[kind];

/** The subjects of facts about a bot's transcripts, of some kinds or all. */
export function subjectsOf(botId: BotId, isMeant: (kind: Kind) => boolean = () => true): string[] {
  return (Object.keys(kinds) as Kind[]).filter(isMeant).map((kind) => `transcripts.${botId}.${kind}`);
}
