import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { describe, expect, it } from 'vitest';
import { missedSeconds, transcribeBody, toTranscriptions } from './transcriptions.ts';

const publicUrl = 'https://earshot.example';
const createdAt = new Date('2026-01-02T03:04:05Z');
const speech = { engine: 'deepgram', optionsJson: '{"language":"en"}' };
const bot = (given: object = {}) =>
  Bot.fromPartial({ botId: 'b1', transcriptId: 't1', state: 'BOT_STATE_DONE', spec: { speech }, createdAt, ...given });
const transcript = (given: object) =>
  Transcript.fromPartial({ transcriptId: 't1', ...speech, createdAt, state: 'TRANSCRIPT_STATE_READY', ...given });

describe('the transcriptions of a bot', () => {
  it('are listed with provider, state and reason', () => {
    const failed = { transcriptId: 't2', engine: 'assemblyai', state: 'TRANSCRIPT_STATE_FAILED', failure: 'no credit' };
    expect(toTranscriptions(bot(), [transcript({}), transcript(failed)], { publicUrl })).toEqual({
      bot_id: 'b1',
      transcriptions: [
        {
          transcript_id: 't1',
          provider: 'deepgram',
          status: 'Success',
          created_at: '2026-01-02T03:04:05.000Z',
          config: { language: 'en' },
          download_urls: {
            raw_transcript: `${publicUrl}/api/v1/transcript/t1/get_transcript?raw=true`,
            processed_transcript: `${publicUrl}/api/v1/transcript/t1/get_transcript`,
          },
          message: null,
          missed: [],
          usage: [],
        },
        expect.objectContaining({
          provider: 'assemblyai',
          status: 'Failed',
          download_urls: null,
          message: 'no credit',
        }),
      ],
    });
  });

  it('tell when there was speech that is not among the words', () => {
    const missed = [{ trackId: 'a', startMs: 1000, endMs: 4500 }];
    const { transcriptions } = toTranscriptions(bot(), [transcript({ missed })], { publicUrl });
    expect(transcriptions).toMatchObject([{ status: 'Success', missed: [{ start_time: 1, end_time: 4.5 }] }]);
    expect(missedSeconds({ missed })).toBe(3.5);
  });

  it('tell what the provider was given, which costs money', () => {
    const usage = [{ engine: 'deepgram_streaming', times: 2, audioMs: 12_300, openMs: 61_000 }];
    const { transcriptions } = toTranscriptions(bot(), [transcript({ usage })], { publicUrl });
    const told = { provider: 'deepgram_streaming', sessions: 2, audio_seconds: 12.3, session_seconds: 61 };
    expect(transcriptions).toMatchObject([{ usage: [told] }]);
  });

  it('begin with the one that was ordered and has not begun', () => {
    const { transcriptions } = toTranscriptions(bot({ state: 'BOT_STATE_RECORDING' }), [], { publicUrl });
    expect(transcriptions).toMatchObject([{ transcript_id: 't1', provider: 'deepgram', status: 'Not started' }]);
    const begun = toTranscriptions(bot({ state: 'BOT_STATE_RECORDING' }), [transcript({})], { publicUrl });
    expect(begun.transcriptions).toHaveLength(1);
  });

  it('are none for a bot that ended without any', () => {
    expect(toTranscriptions(bot(), [], { publicUrl }).transcriptions).toEqual([]);
    const unasked = bot({ state: 'BOT_STATE_RECORDING', spec: {} });
    expect(toTranscriptions(unasked, [], { publicUrl }).transcriptions).toEqual([]);
  });
});

describe('the body of transcribe', () => {
  const fieldsAtFault = (given: unknown) =>
    transcribeBody.safeParse(given).error?.issues.map((issue) => issue.path.join('.'));

  it('takes one provider that reads recordings, with its defaults', () => {
    const parsed = transcribeBody.parse({ provider: { deepgram: { language: 'de' } } });
    expect(parsed.provider).toMatchObject({ engine: 'deepgram', options: { language: 'de', model: 'nova-3' } });
  });

  it.each([
    [{}, ['provider']],
    [{ provider: { deepgram_streaming: {} } }, ['provider']],
    [{ provider: { deepgram: {}, assemblyai: {} } }, ['provider']],
    [{ provider: { deepgram: { nope: 1 } } }, ['provider.deepgram.nope']],
    [{ provider: { sarvam: {} } }, ['provider.sarvam']],
    [{ provider: { deepgram: {} }, callback_url: 5 }, ['callback_url']],
    [null, ['']],
    ['text', ['']],
  ])('refuses %j and names %j', (given, fields) => {
    expect(fieldsAtFault(given)).toEqual(fields);
  });
});
