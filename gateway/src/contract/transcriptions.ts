import { z } from 'zod';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { ProviderUsage, Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { address } from './sockets.ts';
import { provider } from './provider-choice.ts';
import { wayOf } from './providers.ts';
import { ifWanted } from './unwanted.ts';

/** The body of POST /bots/{id}/transcribe. */
export const transcribeBody = z.strictObject(
  {
    provider: provider.refine(
      ({ engine }) => wayOf(engine) === 'recorded',
      'must be one that reads recordings, not a live one',
    ),
    callback_url: ifWanted(address.optional()),
  },
  'the body must be a JSON object',
);

/** What became of a transcript; undefined while it is being made. */
export function settledStatus({ state }: Pick<Transcript, 'state'>): 'Success' | 'Failed' | undefined {
  if (state === 'TRANSCRIPT_STATE_READY') return 'Success';
  return state === 'TRANSCRIPT_STATE_FAILED' ? 'Failed' : undefined;
}

/** Recorded speech that is not among a transcript's words; several who spoke at once count each. */
export function missedSeconds({ missed }: Pick<Transcript, 'missed'>): number {
  return missed.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0) / 1000;
}

/** The documented list of a bot's transcriptions, oldest first, with the reason of those that failed. */
export function toTranscriptions(bot: Bot, transcripts: readonly Transcript[], { publicUrl }: { publicUrl: string }) {
  const known = transcripts.map(({ transcriptId, engine, state, createdAt, optionsJson, failure, missed, usage }) => {
    const address = `${publicUrl}/api/v1/transcript/${transcriptId}/get_transcript`;
    return {
      transcript_id: transcriptId,
      provider: engine,
      status: settledStatus({ state }) ?? 'Processing',
      created_at: createdAt?.toISOString() ?? null,
      config: JSON.parse(optionsJson || '{}') as unknown,
      download_urls:
        state === 'TRANSCRIPT_STATE_READY'
          ? { raw_transcript: `${address}?raw=true`, processed_transcript: address }
          : null,
      message: failure || null,
      missed: missed.map(({ startMs, endMs }) => ({ start_time: startMs / 1000, end_time: endMs / 1000 })),
      usage: usage.map(toUsage),
    };
  });
  return { bot_id: bot.botId, transcriptions: [...ordered(bot, transcripts), ...known] };
}

/** What a provider was given, which it sends a bill for. */
function toUsage({ engine, times, audioMs, openMs }: ProviderUsage) {
  return { provider: engine, sessions: times, audio_seconds: audioMs / 1000, session_seconds: openMs / 1000 };
}

/** What was ordered with the bot and has not begun. */
function ordered(bot: Bot, transcripts: readonly Transcript[]) {
  const { transcriptId, spec, createdAt } = bot;
  const isOver = bot.state === 'BOT_STATE_DONE' || bot.state === 'BOT_STATE_FAILED';
  if (isOver || !transcriptId || !spec?.speech?.engine) return [];
  if (transcripts.some((transcript) => transcript.transcriptId === transcriptId)) return [];
  return [
    {
      transcript_id: transcriptId,
      provider: spec.speech.engine,
      status: 'Not started',
      created_at: createdAt?.toISOString() ?? null,
      config: JSON.parse(spec.speech.optionsJson || '{}') as unknown,
      download_urls: null,
      message: null,
      missed: [],
      usage: [],
    },
  ];
}
