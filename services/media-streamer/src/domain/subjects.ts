import type { BotId } from '@earshot/kernel';
import type { MediaFact } from './media-fact.ts';

type Kind = MediaFact['kind'];

const kinds: Readonly<Record<Kind, boolean>> = {
  'participant-joined': true,
  'participant-left': true,
  'speech-on': true,
  'speech-off': true,
  'chat-posted': true,
  'recording-ready': false,
  'recording-missing': false,
  'recording-trouble': false,
  'tracks-ready': false,
};

/** Whether facts of this kind carry somebody's name, or words. */
export const saysNames = (kind: Kind): boolean => kinds[kind];

/** The subjects of facts about a bot's recording, of some kinds or all. */
export function subjectsOf(botId: BotId, isMeant: (kind: Kind) => boolean = () => true): string[] {
  return (Object.keys(kinds) as Kind[]).filter(isMeant).map((kind) => `media.${botId}.${kind}`);
}
