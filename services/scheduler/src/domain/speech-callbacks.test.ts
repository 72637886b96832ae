import { expect, it } from 'vitest';
import type { BotSpec } from './bot.ts';
import { hasSpeechCallbacks } from './speech-callbacks.ts';

it.each([
  ['https://a.example', '2026-06', true],
  ['https://a.example', '2025-01', false],
  ['https://a.example', '', false],
  ['', '2026-06', false],
])('with the address %j, callbacks of %j have speech: %j', (lifecycleUrl, callbackVersion, expected) =>
  expect(hasSpeechCallbacks({ destinations: { lifecycleUrl, callbackVersion } } as BotSpec)).toBe(expected),
);
