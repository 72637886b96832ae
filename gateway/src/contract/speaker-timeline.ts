import type { Participant, Recording, SpeakingInterval } from '@earshot/contract/media/v1/media.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { recordingStart } from './meeting-clock.ts';

/** Of the recording's WAV. */
const SAMPLE_RATE = 48_000;
const BYTES_PER_MS = (SAMPLE_RATE / 1000) * 2;

/**
 * Who spoke when, in the documented shape: bytes are those of the samples, without the WAV's header of 44 bytes, so that seconds are
 * bytes by twice the rate.
 */
export function toSpeakerTimeline(
  bot: Bot,
  {
    recording,
    intervals,
    participants,
    audioUrl,
  }: {
    readonly recording: Recording;
    readonly intervals: readonly SpeakingInterval[];
    readonly participants: readonly Participant[];
    readonly audioUrl: string;
  },
) {
  const names = new Map(participants.map(({ participantId, name }) => [participantId, name]));
  const start = (recordingStart(bot) ?? recording.startedAt ?? bot.enteredAt)?.getTime() ?? 0;
  const chunks = intervals.map(({ participantId, fromMs, toMs }, chunkIndex) => ({
    chunkIndex,
    timestamp: new Date(start + fromMs).toISOString(),
    sampleRate: SAMPLE_RATE,
    speakerId: participantId,
    speakerName: names.get(participantId) || 'Unknown',
    startByte: fromMs * BYTES_PER_MS,
    endByte: Math.min(toMs, recording.durationMs) * BYTES_PER_MS,
  }));
  const lastUpdated = new Date(start + recording.durationMs).toISOString();
  return { chunks, lastUpdated, audioFilePath: audioUrl, totalFileSize: recording.bytes };
}
