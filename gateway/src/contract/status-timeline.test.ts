import { Bot, BotSpec, type BotState, type EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { describe, expect, it } from 'vitest';
import { toTimeline } from './status-timeline.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second));
const bot = (endReason: EndReason, states: readonly BotState[], given: object = {}) =>
  Bot.fromPartial({
    ...{ endReason, state: states.at(-1) as BotState },
    timeline: states.map((state, index) => ({ state, at: at(index) })),
    ...given,
  });
const reached = (timeline: ReturnType<typeof toTimeline>) =>
  Object.entries(timeline).flatMap(([name, { status }]) => (status ? [name] : []));

const documented = [
  ...['Scheduled', 'Joining', 'WaitingRoom', 'InMeeting', 'Recording', 'Leaving', 'Stopped', 'BotNotAllowed'],
  ...['BotRejected', 'Error', 'AudioProcessing', 'VideoProcessing', 'TranscriptionReady', 'Done', 'MediaExpired'],
];

describe('the timeline of a bot', () => {
  it('has the fifteen documented stages, each with a message, whether it was reached, and when', () => {
    const timeline = toTimeline(bot('END_REASON_UNSPECIFIED', ['BOT_STATE_SCHEDULED']), undefined);
    expect(Object.keys(timeline)).toEqual(documented);
    expect(timeline['Scheduled']).toEqual({ message: 'Scheduled', status: true, timestamp: at(0).toISOString() });
    expect(timeline['Joining']).toEqual({ message: 'Joining', status: false, timestamp: null });
  });

  it.each([
    ['END_REASON_WAITING_ROOM_TIMEOUT', 'BotNotAllowed', 'waiting-room-timeout'],
    ['END_REASON_DENIED', 'BotRejected', 'denied'],
    ['END_REASON_WRONG_LINK', 'Error', 'wrong-link'],
    ['END_REASON_WORKER_LOST', 'Error', 'worker-lost'],
  ] as const)('of a bot that failed by %s says so at %s', (endReason, stage, reason) => {
    const states = ['BOT_STATE_JOINING', 'BOT_STATE_LEAVING', 'BOT_STATE_FAILED'] as const;
    const timeline = toTimeline(bot(endReason, states), undefined);
    expect(reached(timeline)).toEqual(['Joining', 'Leaving', 'Stopped', stage]);
    for (const last of ['Stopped', stage])
      expect(timeline[last]).toMatchObject({
        ...{ reason, message: expect.stringContaining('Failed: ') as string, advice: expect.any(String) as string },
        timestamp: at(2).toISOString(),
      });
    expect(timeline['Joining']).not.toHaveProperty('reason');
  });

  it('goes on after a visit in order: sound, words, done, and at last nothing but itself', () => {
    const states = [
      ...(['BOT_STATE_JOINING', 'BOT_STATE_IN_MEETING', 'BOT_STATE_RECORDING', 'BOT_STATE_LEAVING'] as const),
      ...(['BOT_STATE_PROCESSING', 'BOT_STATE_DONE'] as const),
    ];
    const visit = ['Joining', 'InMeeting', 'Recording', 'Leaving', 'Stopped', 'AudioProcessing'];
    const done = bot('END_REASON_EVERYONE_LEFT', states);
    const ready = Transcript.fromPartial({ state: 'TRANSCRIPT_STATE_READY' });
    const failed = Transcript.fromPartial({ state: 'TRANSCRIPT_STATE_FAILED' });
    expect(reached(toTimeline(done, ready))).toEqual([...visit, 'TranscriptionReady', 'Done']);
    expect(reached(toTimeline(done, failed))).toEqual([...visit, 'Done']);
    expect(toTimeline(done, ready)['Stopped']).toMatchObject({ reason: 'everyone-left' });
    const filmed = { ...done, spec: BotSpec.fromPartial({ media: { layout: 'VIDEO_LAYOUT_GRID' } }) };
    expect(reached(toTimeline(filmed, ready))).toEqual([...visit, 'VideoProcessing', 'TranscriptionReady', 'Done']);
    const erased = toTimeline({ ...done, erasedAt: at(9) }, undefined);
    expect(reached(erased)).toEqual([...visit, 'Done', 'MediaExpired']);
    expect(erased['Stopped']).toMatchObject({ reason: 'everyone-left', message: expect.stringContaining('everyone') });
  });
});
