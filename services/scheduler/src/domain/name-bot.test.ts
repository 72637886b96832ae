import type { BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { BotSpec } from './bot.ts';
import { nameBot } from './name-bot.ts';

it("puts the bot's id into every address that is called about it, however the braces are written", () => {
  const destinations = {
    lifecycleUrl: 'https://a.example/{bot_id}?again={bot_id}',
    callbackVersion: '{bot_id}',
    liveTranscriptWebhookUrl: 'https://a.example/%7Bbot_id%7D',
    liveTranscriptSocketUrl: 'wss://a.example/{bot_id}/words?bot={bot_id}',
    liveAudioSocketUrl: 'wss://a.example/%7Bbot_id%7D/audio',
    liveVideoSocketUrl: 'wss://a.example/{bot_id}/video',
    controlSocketUrl: 'wss://a.example/%7bbot_id%7d/{BOT}',
    participantHooks: [
      {
        url: 'https://a.example/{bot_id}/people',
        onJoin: true,
        onLeave: false,
        onSpeech: false,
        onSpeechOff: false,
        onChat: false,
      },
    ],
  };
  expect(nameBot({ destinations } as unknown as BotSpec, 'b-1' as BotId).destinations).toEqual({
    lifecycleUrl: 'https://a.example/b-1?again=b-1',
    callbackVersion: '{bot_id}',
    liveTranscriptWebhookUrl: 'https://a.example/b-1',
    liveTranscriptSocketUrl: 'wss://a.example/b-1/words?bot=b-1',
    liveAudioSocketUrl: 'wss://a.example/b-1/audio',
    liveVideoSocketUrl: 'wss://a.example/b-1/video',
    controlSocketUrl: 'wss://a.example/b-1/{BOT}',
    participantHooks: [
      {
        url: 'https://a.example/b-1/people',
        onJoin: true,
        onLeave: false,
        onSpeech: false,
        onSpeechOff: false,
        onChat: false,
      },
    ],
  });
});
