import { randomUUID } from 'node:crypto';
import { TranscriptEvent, UtterancePreview } from '@earshot/contract/transcriber/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import { assertNever, type BotId } from '@earshot/kernel';
import type { TranscriptFact, WordsPreview } from '../domain/transcript.ts';
import { toUtteranceMessage } from '../rpc/mapping.ts';

/** The facts the transcriber publishes: transcripts.<bot_id>.<kind>. */
export function encodeTranscriptFact(fact: TranscriptFact): OutboxFact {
  const id = randomUUID();
  const { botId, at, kind } = fact;
  const event = { eventId: id, botId, occurredAt: new Date(at), fact: toMessage(fact) };
  return { id, subject: `transcripts.${botId}.${kind}`, payload: TranscriptEvent.encode(event).finish() };
}

/** The ephemeral preview of words: words.<bot_id>. */
export function encodePreview(
  botId: BotId,
  { utterance, final }: WordsPreview,
): { subject: string; payload: Uint8Array } {
  const about = { botId, utterance: toUtteranceMessage(utterance), final: final !== undefined };
  const payload = UtterancePreview.encode({ ...about, after: final?.after ?? '' }).finish();
  return { subject: `words.${botId}`, payload };
}

function toMessage(fact: TranscriptFact): TranscriptEvent['fact'] {
  switch (fact.kind) {
    case 'transcript-ready': {
      const { transcriptId, words, missedMs, detail } = fact;
      return { $case: 'transcriptReady', value: { transcriptId, words, missedMs, detail } };
    }
    case 'live-trouble':
      return { $case: 'liveTrouble', value: { transcriptId: fact.transcriptId, detail: fact.detail } };
    case 'transcript-failed':
      return { $case: 'transcriptFailed', value: { transcriptId: fact.transcriptId, detail: fact.detail } };
    case 'retranscribed': {
      const { transcriptId, notifyUrl, failure, words } = fact;
      return { $case: 'retranscribed', value: { transcriptId, notifyUrl, failure, words } };
    }
    case 'transcript-skipped':
      return { $case: 'transcriptSkipped', value: {} };
    case 'utterance-final':
      return { $case: 'utteranceFinal', value: { utterance: toUtteranceMessage(fact.utterance) } };
    default:
      return assertNever(fact);
  }
}
