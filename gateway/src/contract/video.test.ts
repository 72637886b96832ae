import { ArtifactInfo } from '@earshot/contract/media/v1/artifacts.ts';
import { Recording } from '@earshot/contract/media/v1/media.ts';
import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { expect, it } from 'vitest';
import { toSpeakerTimeline } from './speaker-timeline.ts';
import { toVideoInfo } from './video.ts';

it('a video is described by what was made, and by null where that is not known', () => {
  const made = { durationMs: 61_400, bytes: 12_345_678, width: 1280, height: 720, frames: 1535, droppedFrames: 4 };
  expect(toVideoInfo(ArtifactInfo.fromPartial(made))).toEqual({
    ...{ duration: 61, size_mb: 12.35, resolution: '1280x720', fps: 25, frames_processed: 1535, corrupted_frames: 4 },
  });
  expect(toVideoInfo(ArtifactInfo.fromPartial({}))).toEqual({
    ...{ duration: null, size_mb: null, resolution: '', fps: null, frames_processed: null, corrupted_frames: 0 },
  });
});

it('who spoke is told by bytes of samples, of which seconds are made by twice the rate', () => {
  const recordingAt = new Date('2026-01-02T03:04:05.000Z');
  const bot = Bot.fromPartial({ timeline: [{ state: 'BOT_STATE_RECORDING', at: recordingAt }] });
  const told = toSpeakerTimeline(bot, {
    recording: Recording.fromPartial({ durationMs: 4000, bytes: 384_044 }),
    intervals: [
      { participantId: 'p1', fromMs: 500, toMs: 1500 },
      { participantId: 'p2', fromMs: 3000, toMs: 4100 },
    ],
    participants: [{ participantId: 'p1', name: 'Ann' } as never],
    audioUrl: 'https://e/artifacts/t',
  });
  expect(told).toEqual({
    chunks: [
      {
        ...{ chunkIndex: 0, timestamp: '2026-01-02T03:04:05.500Z', sampleRate: 48_000, speakerId: 'p1' },
        ...{ speakerName: 'Ann', startByte: 48_000, endByte: 144_000 },
      },
      // No byte behind the last one.
      expect.objectContaining({ chunkIndex: 1, speakerName: 'Unknown', startByte: 288_000, endByte: 384_000 }),
    ],
    ...{ lastUpdated: '2026-01-02T03:04:09.000Z', audioFilePath: 'https://e/artifacts/t', totalFileSize: 384_044 },
  });
  const [first] = told.chunks;
  expect((first!.endByte - first!.startByte) / (first!.sampleRate * 2)).toBe(1);
});
