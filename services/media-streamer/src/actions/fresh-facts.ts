import type { Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import type { ChatFact, ParticipantFact, SpeechFact, VisitFact } from '../domain/media-fact.ts';
import { publishSpeech, type PublishedSpeech } from '../domain/published-speech.ts';
import type { MediaDeps } from './deps.ts';

/** Facts that were not published, in order, and what is to be written with them so that they are not again. */
export interface FreshFacts {
  readonly facts: readonly VisitFact[];
  readonly speeches: readonly PublishedSpeech[];
}

/** A commit whose answer was lost is repeated, and batches are after a break; their facts must not be. To be asked before their items are written. */
export async function freshFacts(
  deps: Pick<MediaDeps, 'participants' | 'speeches' | 'chat'>,
  tx: Tx,
  { botId, facts }: { readonly botId: BotId; readonly facts: readonly VisitFact[] },
): Promise<FreshFacts> {
  const isPublished = await publishedParticipants(deps, tx, { botId, facts: facts.filter(isParticipant) });
  const chat = await freshChat(deps, tx, { botId, facts: facts.filter(isChat) });
  const speech = facts.filter(isSpeech);
  const stored = speech.length === 0 ? [] : await deps.speeches.list(botId, tx);
  const { fresh, changed } = publishSpeech(new Map(stored.map((each) => [each.participantId, each])), speech);
  const isFresh = (fact: VisitFact) => {
    if (isSpeech(fact)) return fresh.has(fact);
    return isChat(fact) ? chat.has(fact) : !isPublished(fact);
  };
  return { facts: facts.filter(isFresh), speeches: changed };
}

const isSpeech = (fact: VisitFact): fact is SpeechFact => fact.kind === 'speech-on' || fact.kind === 'speech-off';
const isChat = (fact: VisitFact): fact is ChatFact => fact.kind === 'chat-posted';
const isParticipant = (fact: VisitFact): fact is ParticipantFact => !isSpeech(fact) && !isChat(fact);

async function publishedParticipants(
  { participants }: Pick<MediaDeps, 'participants'>,
  tx: Tx,
  { botId, facts }: { botId: BotId; facts: readonly ParticipantFact[] },
): Promise<(fact: ParticipantFact) => boolean> {
  if (facts.length === 0) return () => false;
  const stored = new Map((await participants.list(botId, tx)).map((each) => [each.participantId, each]));
  return ({ kind, participantId, stayMs }) => {
    const known = stored.get(participantId);
    return (kind === 'participant-joined' ? known?.saidJoinedMs : known?.saidLeftMs) === stayMs;
  };
}

/** One fact a message. */
async function freshChat(
  { chat }: Pick<MediaDeps, 'chat'>,
  tx: Tx,
  { botId, facts }: { botId: BotId; facts: readonly ChatFact[] },
): Promise<ReadonlySet<ChatFact>> {
  if (facts.length === 0) return new Set();
  const ids = facts.map(({ messageId }) => messageId);
  const known = await chat.known(tx, botId, ids);
  return new Set(facts.filter(({ messageId }, index) => !known.has(messageId) && ids.indexOf(messageId) === index));
}
