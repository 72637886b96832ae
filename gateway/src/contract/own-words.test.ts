import { describe, expect, it } from 'vitest';
import { automaticLeave } from './automatic-leave.ts';
import { createBotBody } from './create-bot.ts';
import { toProblems } from './problems.ts';
import { check } from './read.ts';
import { sendMessageBody } from './send-message.ts';
import { transcribeBody } from './transcriptions.ts';
import { redeliverBody, rotateSecretBody } from './webhooks.ts';

const link = 'https://meet.google.com/abc-defg-hij';
const problems = (schema: Parameters<typeof check>[0], given: unknown) => {
  const { error } = check(schema, given);
  return error ? toProblems(error).map(({ field, message }) => `${field} ${message}`) : [];
};
const order = (given: object) => problems(createBotBody, { meeting_link: link, ...given });

describe('what is wrong with a field', () => {
  it.each([
    [{ custom_attributes: 'x' }, 'custom_attributes must be an object'],
    [{ custom_attributes: [] }, 'custom_attributes must be an object'],
    [{ bot_name: 5 }, 'bot_name must be a string'],
    [{ bot_name: 'x'.repeat(101) }, 'bot_name must have at most 100 characters'],
    [{ bot_name: ' ' }, 'bot_name must not be empty'],
    [{ video_required: 'yes' }, 'video_required must be true or false'],
    [{ callback_version: '1' }, 'callback_version must be one of "2025-01", "2026-06"'],
    [{ live_audio_required: 42 }, 'live_audio_required must be a string or an object'],
    [{ live_audio_required: { url: 'wss://a.example' } }, 'live_audio_required.websocket_url is required'],
    [{ recording_config: [] }, 'recording_config must be an object'],
    [{ recording_config: { transcript: {} } }, undefined],
    [{ recording_config: { transcript: { provider: 5 } } }, 'recording_config.transcript.provider must be an object'],
    [{ recording_config: { realtime_endpoints: [{}] } }, 'recording_config.realtime_endpoints.0.url is required'],
    [
      { recording_config: { transcript: { provider: { deepgram: { model: 5 } } } } },
      'recording_config.transcript.provider.deepgram.model must be a string',
    ],
    [
      { recording_config: { transcript: { provider: { deepgram_streaming: { utterance_end_ms: 1 } } } } },
      'recording_config.transcript.provider.deepgram_streaming.utterance_end_ms must be at least 1000',
    ],
  ])('is told in words of the API: %j', (given, told) => {
    if (told) expect(order(given)).toContain(told);
    for (const each of order(given)) expect(each).not.toMatch(/expected|received|invalid input|too (?:small|big)/i);
  });

  it('is told so of every body', () => {
    expect(problems(sendMessageBody, {})).toEqual(['message is required']);
    expect(problems(sendMessageBody, { message: '' })).toEqual(['message must not be empty']);
    expect(problems(rotateSecretBody, { overlap_hours: 169 })).toEqual(['overlap_hours must be at most 168']);
    expect(problems(redeliverBody, { message_ids: 'x' })).toEqual(['message_ids must be a list']);
    expect(problems(transcribeBody, {})).toEqual(['provider is required']);
    expect(problems(automaticLeave, { waiting_room_timeout: '5' })).toEqual(['waiting_room_timeout must be a number']);
  });
});
