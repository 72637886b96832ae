import { Bot, BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { Transcript, type TranscriptState } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { describe, expect, it } from 'vitest';
import { captionFileOf } from './caption-file.ts';
import type { GatewayDeps } from './deps.ts';

const done = { botId: 'bot', transcriptId: 'own', state: 'BOT_STATE_DONE' } as const;
const captions = BotSpec.fromPartial({ speech: { engine: 'meeting_captions' } });

function fileOf(about: Partial<Bot>, state: TranscriptState) {
  const transcripts = [
    Transcript.fromPartial({ transcriptId: 'own', state }),
    Transcript.fromPartial({ transcriptId: 'again', state: 'TRANSCRIPT_STATE_READY' }),
  ];
  const transcriber = { listTranscripts: async () => ({ transcripts }) };
  const deps = { transcriber, settings: { publicUrl: 'https://earshot.example' } };
  return captionFileOf(deps as unknown as Pick<GatewayDeps, 'transcriber' | 'settings'>, {
    ...Bot.fromPartial({}),
    ...about,
  });
}

describe('captionFileOf', () => {
  it("is a link to the bot's own captions once it is done", async () => {
    expect(await fileOf({ ...done, spec: captions }, 'TRANSCRIPT_STATE_READY')).toEqual({
      available: true,
      url: 'https://earshot.example/api/v1/transcript/own/get_transcript?format=vtt',
    });
  });

  it.each([
    ['in the meeting', { ...done, spec: captions, state: 'BOT_STATE_RECORDING' as const }, 'TRANSCRIPT_STATE_LIVE'],
    ['without captions', { ...done, spec: captions }, 'TRANSCRIPT_STATE_FAILED'],
    ['erased', { ...done, spec: captions, erasedAt: new Date() }, 'TRANSCRIPT_STATE_READY'],
    ['of another provider', { ...done }, 'TRANSCRIPT_STATE_READY'],
  ] as const)('is not there for a bot %s', async (_, bot, state) => {
    expect(await fileOf(bot, state)).toEqual({ available: false });
  });
});
