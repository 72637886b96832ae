import { expect, it } from 'vitest';
import { audioOnly } from '@earshot/kernel';
import type { Bot } from '../domain/bot.ts';
import { fromRow, toRow, type BotRow } from './bot-row.ts';

/** As PostgreSQL gives back what was written, with what others write. */
const rowOf = (spec: object): BotRow => ({
  ...({ bot_id: 'b', account_id: 'a', state: 'queued', detail: '', timeline: [] } as unknown as BotRow),
  ...{ created_at: new Date(0), spec: spec as BotRow['spec'] },
});
const hook = { url: 'https://a.example', onJoin: true, onLeave: false };
const destinations = { lifecycleUrl: '', participantHooks: [hook] };
const speech = { engine: 'deepgram_streaming', optionsJson: '{"language":"de"}' };

it('a bot that was ordered before plans named their way is transcribed as it was to be', () => {
  const specOf = (engine: string) =>
    fromRow(rowOf({ platform: 'web', destinations, speech: { ...speech, engine } })).spec;
  expect(specOf('deepgram_streaming').speech).toEqual({ ...speech, way: 'live' });
  expect(specOf('meeting_captions').speech?.way).toBe('captions');
  expect(specOf('assemblyai').speech?.way).toBe('recorded');
  expect(fromRow(rowOf({ platform: 'web', destinations })).spec).toMatchObject({
    ...{ speech: undefined, meeting: '', media: audioOnly },
    destinations: {
      liveVideoSocketUrl: '',
      participantHooks: [{ ...hook, onSpeech: false, onSpeechOff: false, onChat: false }],
    },
  });
});

it('a plan is read as it was written', () => {
  const plan = { ...speech, way: 'recorded' } as const;
  const bot = fromRow(rowOf({ platform: 'web', destinations, meeting: '', speech: plan }));
  const { spec } = toRow(bot satisfies Bot);
  expect(fromRow(rowOf(JSON.parse(spec as unknown as string) as object)).spec.speech).toEqual(plan);
});
