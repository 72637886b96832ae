import { expect, it } from 'vitest';
import type { BotSpec } from './bot.ts';
import { checkOrder } from './check-order.ts';

const destinations = {
  lifecycleUrl: 'https://customer.example/hook',
  callbackVersion: '2025-01',
  liveTranscriptWebhookUrl: '',
  liveTranscriptSocketUrl: '',
  liveAudioSocketUrl: '',
  liveVideoSocketUrl: '',
  controlSocketUrl: '',
  participantHooks: [
    {
      url: 'https://customer.example/people',
      onJoin: true,
      onLeave: true,
      onSpeech: false,
      onSpeechOff: false,
      onChat: false,
    },
  ],
};
const spec = {
  meetingUrl: 'https://meet.google.com/abc-defg-hij',
  ...{ botName: 'Bot', chatMessage: '', imageUrl: '', speech: undefined },
  ...{ destinations, attributesJson: '{"a":{"b":"}{[["}}', requestJson: '{}' },
} as unknown as BotSpec;
const long = `https://customer.example/${'x'.repeat(2048)}`;
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

it('takes an ordinary order', () => {
  expect(() => checkOrder({ spec, idempotencyKey: 'k'.repeat(2048) })).not.toThrow();
  expect(() => checkOrder({ spec: { ...spec, attributesJson: nested(10) }, idempotencyKey: undefined })).not.toThrow();
});

it.each<[string, Partial<BotSpec>, string?]>([
  ['meeting_url', { meetingUrl: long }],
  ['image_url', { imageUrl: long }],
  ['lifecycle_url', { destinations: { ...destinations, lifecycleUrl: long } }],
  ['live_transcript_webhook_url', { destinations: { ...destinations, liveTranscriptWebhookUrl: long } }],
  [
    'participant_hooks[0].url',
    {
      destinations: {
        ...destinations,
        participantHooks: [
          { url: long, onJoin: true, onLeave: true, onSpeech: false, onSpeechOff: false, onChat: false },
        ],
      },
    },
  ],
  ['attributes_json', { attributesJson: JSON.stringify({ text: 'x'.repeat(16 * 1024) }) }],
  ['attributes_json', { attributesJson: JSON.stringify({ text: '€'.repeat(6 * 1024) }) }],
  ['attributes_json', { attributesJson: nested(11) }],
  ['attributes_json', { attributesJson: nested(100_000).slice(0, 16_000) }],
  ['spec', { botName: 'Bot\0' }],
  ['idempotency_key', {}, 'k'.repeat(2049)],
])('refuses one whose %s is more than somebody further on can store', (field, change, idempotencyKey) => {
  const order = { spec: { ...spec, ...change }, idempotencyKey };
  expect(() => checkOrder(order)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  expect(() => checkOrder(order)).toThrow(`${field}: `);
});
