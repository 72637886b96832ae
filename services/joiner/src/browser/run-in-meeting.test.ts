import { FakeClock, SECOND, silentLog, type EndReason } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { JoinSpec } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';
import type { ShownMicrophone } from '../domain/microphone-control.ts';
import type { RecordingPermission } from '../domain/recording-permission.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { BotPage } from './bot-page.ts';
import { MediaCollector } from './media-collector.ts';
import { RecordingPause } from '../domain/recording-pause.ts';
import type { RunControls } from './run-controls.ts';
import { runInMeeting } from './run-in-meeting.ts';

const visit = {
  ...{ platform: 'google-meet', meetingUrl: 'https://meet.example', botName: 'Earshot', chatMessage: '' },
  ...{ showsPicture: false, readsCaptions: true, flushIntervalMs: 100 },
  leave: {
    ...{ waitingRoomSeconds: 0, noOneJoinedSeconds: 0, everyoneLeftSeconds: 0, voiceInactivitySeconds: 0 },
    ...{ recordingLimitSeconds: 0, recordingDeniedSeconds: 0, botDetection: undefined },
  },
} as JoinSpec;

/** What a run asks its page for in each of its turns; what is asked in one go stands together, as it leaves in one trip. */
async function asks(
  states: readonly JoinState[],
  {
    permission,
    microphone: shown = 'muted',
    speaks = false,
  }: { permission?: RecordingPermission; microphone?: ShownMicrophone; speaks?: boolean } = {},
): Promise<string[]> {
  const clock = new FakeClock();
  const leave = new AbortController();
  const trips: string[][] = [];
  let open: string[] | undefined;
  const ask = <T>(question: string, answer: T): Promise<T> => {
    if (open === undefined) {
      trips.push((open = []));
      queueMicrotask(() => (open = undefined));
    }
    open.push(question);
    return Promise.resolve(answer);
  };
  const left = [...states];
  const page: MeetingPage = {
    open: () => Promise.resolve(),
    joinState: () => ask('state', left.shift() ?? 'admitted'),
    fillNameAndKnock: () => ask('fill', undefined),
    // What the look at the join state has shown.
    devices: () => ({ askedAt: performance.now(), microphone: { shown, isInvited: false }, camera: 'on' }),
    setMicrophone: (isOn) => ask(isOn ? 'unmute' : 'mute', (shown = isOn ? 'on' : 'muted')),
    setCamera: () => ask('camera', false),
    roster: () => ask('roster', []),
    chat: () => ask('chat', []),
    captions: () => ask('captions', { areOn: true, rows: [] }),
    sendChat: () => ask('send', true),
    leave: () => ask('leave', undefined),
    ...(permission && { recordingPermission: () => ask('permission', permission) }),
  };
  const controls: RunControls = {
    ...{ leave: leave.signal, revoke: new AbortController().signal, picture: Promise.resolve(undefined) },
    ...{ messages: [], otherBots: [], recordingSince: undefined, pause: new RecordingPause() },
    ...{ wantsMicrophone: false, wantsCamera: false },
  };
  const running = runInMeeting({
    ...{ visit, controls, page, clock, log: silentLog, emit: () => {} },
    botPage: { page: { url: () => 'https://meet.example' }, gone: new AbortController().signal } as unknown as BotPage,
    collector: new MediaCollector({ clock, log: silentLog, onBatch: () => {} }),
  });
  for (const _ of states) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(SECOND);
  }
  await new Promise((resolve) => setImmediate(resolve));
  controls.wantsMicrophone = speaks;
  if (speaks) controls.pressMicrophone?.();
  leave.abort('stop-ordered' satisfies EndReason);
  await running;
  return trips.map((questions) => questions.join('+'));
}

describe('runInMeeting', () => {
  it.each<[string, JoinState[], Parameters<typeof asks>[1], string[]]>([
    ['one thing at a time on the way in', ['loading', 'name'], undefined, ['state', 'state', 'fill']],
    [
      'for the meeting in one trip with the join state, once it collects',
      ['admitted', 'admitted'],
      undefined,
      ['state', 'chat+roster', 'captions', 'chat+roster+state', 'captions'],
    ],
    [
      'for nothing beside the permission to record until that is given',
      ['admitted', 'admitted'],
      { permission: 'asked' },
      ['state', 'permission', 'chat+roster', 'state', 'permission', 'chat+roster'],
    ],
    [
      'for the permission no more once it has it',
      ['admitted', 'admitted'],
      { permission: 'allowed' },
      ['state', 'permission', 'chat+roster', 'captions', 'chat+roster+state', 'captions'],
    ],
    [
      'to be muted, once, where the page has its microphone on',
      ['admitted', 'admitted'],
      { microphone: 'on' },
      ['state', 'chat+roster', 'mute', 'captions', 'chat+roster+state', 'captions'],
    ],
    [
      'to be unmuted at once, and not with the next look, when there is something to say',
      ['admitted'],
      { speaks: true },
      ['state', 'chat+roster', 'captions', 'chat+roster+state', 'captions', 'unmute'],
    ],
  ])('asks %s', async (_, states, how, expected) => {
    expect((await asks(states, how)).slice(0, expected.length)).toEqual(expected);
  });
});
