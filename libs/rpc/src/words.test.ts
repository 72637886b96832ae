import { VideoLayout } from '@earshot/contract/common/v1/media_plan.ts';
import { TranscriptionPlan } from '@earshot/contract/common/v1/transcription.ts';
import { BotState, EndReason, Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { audioOnly, botStates, endReasons, platformNames, transcriptionWays, videoLayouts } from '@earshot/kernel';
import { expect, it } from 'vitest';
import {
  botStateWords,
  endReasonWords,
  fromCaptionMessage,
  fromMediaPlanMessage,
  fromPlanMessage,
  layoutWords,
  platformWords,
  toCaptionMessage,
  toMediaPlanMessage,
  toPlanMessage,
} from './words.ts';

it.each([
  ['platform', platformWords, platformNames, Platform],
  ['bot state', botStateWords, botStates, BotState],
  ['end reason', endReasonWords, endReasons, EndReason],
  ['video layout', layoutWords, videoLayouts, VideoLayout],
] as const)('every %s has one word on either side', (_what, { to, from }, words, messages) => {
  const spelled = (words as readonly string[]).map((word) => (to as (word: string) => string)(word));
  const { UNSPECIFIED, ...specified } = messages;
  expect(new Set(spelled)).toEqual(new Set(Object.values(specified)));
  expect(spelled.map((message) => (from as (message: string) => string | undefined)(message))).toEqual(words);
  expect((from as (message: string) => unknown)(UNSPECIFIED)).toBeUndefined();
});

it('a caption is the same on either side', () => {
  const caption = {
    ...{ trackId: 'captions:ann', participantId: 'ann', speakerName: 'Ann', text: 'Hello.', startMs: 10, endMs: 900 },
    isFinal: true,
  };
  expect(fromCaptionMessage(toCaptionMessage(caption))).toEqual(caption);
});

it.each([undefined, ...videoLayouts])('a media plan with the layout %s is the same on either side', (layout) => {
  const plan = { ...audioOnly, layout, separateVideo: true };
  expect(fromMediaPlanMessage(toMediaPlanMessage(plan))).toEqual(plan);
});

it.each(transcriptionWays)('a plan of the way %s is the same on either side', (way) => {
  const plan = { way, engine: 'one', optionsJson: '{"a":1}' };
  expect(fromPlanMessage(toPlanMessage(plan))).toEqual(plan);
});

it('a plan in the bytes of an order from before plans named their way is read as it was meant', () => {
  // `engine` and `options_json` as SpeechEngine had them, which outboxes and the stream of facts may still hold.
  const engine = Buffer.from('assemblyai_streaming');
  const bytes = Buffer.concat([Buffer.from([0x0a, engine.length]), engine, Buffer.from([0x12, 2]), Buffer.from('{}')]);
  const plan = fromPlanMessage(TranscriptionPlan.decode(bytes));
  expect(plan).toEqual({ way: 'live', engine: 'assemblyai_streaming', optionsJson: '{}' });
  expect(fromPlanMessage(TranscriptionPlan.decode(Buffer.alloc(0)))).toBeUndefined();
  expect(fromPlanMessage(undefined)).toBeUndefined();
});
