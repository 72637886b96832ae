import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { TranscriptEvent } from '@earshot/contract/transcriber/v1/events.ts';
import { silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { forwardFacts } from './forward.ts';
import { FinalUtteranceDeduper } from './final-utterance-deduper.ts';

function utterance(botId: string, utteranceId: string, sequence: number) {
  const value = { utterance: { utteranceId, text: 'hello', words: [] } };
  const event = { eventId: `e${sequence}`, botId, occurredAt: new Date(0), fact: { $case: 'utteranceFinal', value } };
  const payload = TranscriptEvent.encode(TranscriptEvent.fromPartial(event as never)).finish();
  return { id: event.eventId, subject: `transcripts.${botId}.utterance-final`, payload, sequence };
}

it('sends the words of one bot in order, and has nobody wait for those of another', async () => {
  const told: string[] = [];
  const [slow, quickIsDone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const notifier = {
    async deliverLive({ messageId = '' }) {
      if (messageId === 'slow-1') await slow.promise;
      told.push(messageId);
      if (messageId === 'quick-2') quickIsDone.resolve();
      return {};
    },
  };
  const destinations = { liveTranscriptSocketUrl: 'wss://customer.example/live' };
  const find = (botId: string) => [botId, Bot.fromPartial({ botId, spec: { destinations } })] as const;
  const bots = { findAll: async (ids: ReadonlySet<string>) => new Map([...ids].map(find)) };
  const forwarding = forwardFacts({ notifier, bots, deduper: new FinalUtteranceDeduper(), log: silentLog } as never, [
    utterance('slow', 'slow-1', 1),
    utterance('quick', 'quick-1', 2),
    utterance('slow', 'slow-2', 3),
    utterance('quick', 'quick-2', 4),
  ]);
  await quickIsDone.promise;
  expect(told).toEqual(['quick-1', 'quick-2']);
  slow.resolve();
  await forwarding;
  expect(told.slice(2)).toEqual(['slow-1', 'slow-2']);
});
