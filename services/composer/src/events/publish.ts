import { randomUUID } from 'node:crypto';
import { CompositionEvent } from '@earshot/contract/composer/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import { layoutWords } from '@earshot/rpc';
import type { VideoFact } from '../domain/composition.ts';
import { subjectOf } from '../domain/subjects.ts';

/** The facts the composer publishes: compositions.<bot_id>.video-<outcome>. */
export function encodeVideoFact(fact: VideoFact): OutboxFact {
  const id = randomUUID();
  const { botId, at, outcome } = fact;
  const event = { eventId: id, botId, occurredAt: new Date(at), fact: toMessage(fact) };
  return { id, subject: subjectOf(botId, outcome.state), payload: CompositionEvent.encode(event).finish() };
}

function toMessage({ layout, isOrdered: ordered, outcome }: VideoFact): CompositionEvent['fact'] {
  const about = { layout: layoutWords.to(layout), ordered };
  if (outcome.state === 'ready') {
    const { artifactId, durationMs } = outcome;
    return { $case: 'videoReady', value: { ...about, artifactId, durationMs } };
  }
  const value = { ...about, detail: outcome.detail };
  return outcome.state === 'failed' ? { $case: 'videoFailed', value } : { $case: 'videoSkipped', value };
}
