import { BotState, EndReason, Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { botStates, endReasons, platformNames } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { botStateWords, endReasonWords, fromCaptionMessage, platformWords, toCaptionMessage } from './words.ts';

it.each([
  ['platform', platformWords, platformNames, Platform],
  ['bot state', botStateWords, botStates, BotState],
  ['end reason', endReasonWords, endReasons, EndReason],
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
