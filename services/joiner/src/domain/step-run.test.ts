import { describe, expect, it } from 'vitest';
import { SECOND, type EndReason } from '@earshot/kernel';
import type { JoinState } from './join-state.ts';
import { collectingSince, pauseMs, startRun, type Effect, type MeetingRun, type Snapshot } from './meeting-run.ts';
import { nobodyYet } from './occupancy.ts';
import type { RecordingPermission } from './recording-permission.ts';
import { step } from './step-run.ts';

const policy = {
  waitingRoomSeconds: 100,
  noOneJoinedSeconds: 300,
  everyoneLeftSeconds: 60,
  voiceInactivitySeconds: 0,
  recordingLimitSeconds: 0,
  recordingDeniedSeconds: 30,
  botDetection: undefined,
};

/** What becomes so at which second; `silent`: the page does not answer. */
interface Moment {
  readonly page?: JoinState | 'silent';
  readonly permission?: RecordingPermission;
  readonly isRecording?: boolean;
  readonly isLoadFailed?: boolean;
  readonly requested?: EndReason;
  readonly isGone?: boolean;
}
type Life = Readonly<Record<number, Moment>>;

/** Looks as often as the run says, from second 0 on; each decision with its second, what is done in every turn left out. */
function live(life: Life, seconds = 400): string[] {
  const decided: string[] = [];
  const log = (now: number, what: string) => decided.push(`${now / SECOND} ${what}`);
  let run: MeetingRun = startRun(0) as MeetingRun;
  let so: Moment = {};
  for (let now = 0; now <= seconds * SECOND; now += pauseMs(run)) {
    so = { ...so, ...life[now / SECOND] };
    const { page = 'loading', permission = 'not-offered', isRecording = false, isLoadFailed = false } = so;
    const take = (snapshot: Snapshot): void => {
      const next = step(run, snapshot, { now, policy });
      run = next.run;
      for (const effect of next.effects) {
        if (isNoted(effect)) log(now, nameOf(effect));
        if (effect.case === 'ask-permission') take({ case: 'permission', answer: permission, isRecording });
      }
    };
    if (page !== 'silent') take({ case: 'join-state', joinState: page, isLoadFailed, isUnderWay: false, isRecording });
    take({
      ...{ case: 'turn-over', requested: so.requested, isGone: so.isGone ?? false },
      ...{ recordingSince: isRecording ? 0 : undefined, occupancy: nobodyYet, lastVoiceAt: undefined },
    });
    if (run.case !== 'ended') continue;
    log(now, `${run.hasEntered ? 'out' : 'not in'}: ${run.reason}`);
    return decided;
  }
  return decided;
}
const isNoted = (effect: Effect) => !['ask-permission', 'observe', 'read-captions', 'send-chat'].includes(effect.case);
function nameOf(effect: Effect): string {
  if (effect.case !== 'report') return effect.case;
  if (effect.event.case !== 'recording-answered') return effect.event.case;
  return effect.event.isAllowed ? 'allowed' : 'refused';
}

/** Inside from the third second on. */
const inside: Life = { 3: { page: 'admitted', isRecording: true } };
const entered = ['3 entered', '3 collect'];
const lobby: Life = { 2: { page: 'waiting' } };
const asked: Life = { 3: { page: 'admitted', permission: 'asked' } };
const stop: Moment = { requested: 'stop-ordered' };

describe('step', () => {
  it.each<[string, Life, string[]]>([
    ['is admitted at once', { ...inside, 9: { page: 'ended' } }, [...entered, '11 out: meeting-ended']],
    [
      'types its name, knocks, waits and is let in',
      { 1: { page: 'name' }, 1.25: { page: 'waiting' }, 90: { page: 'admitted' }, 95: stop },
      ['1 fill-name', '1.25 knocked', '90 entered', '90 collect', '95 out: stop-ordered'],
    ],
    ['is denied in the lobby', { ...lobby, 9: { page: 'denied' } }, ['2 knocked', '9.25 not in: denied']],
    ['is let in by nobody', lobby, ['2 knocked', '102 not in: waiting-room-timeout']],
    [
      'counts its knock from the first one on, whatever the page shows in between',
      { ...lobby, 50: { page: 'loading' }, 60: { page: 'waiting' } },
      ['2 knocked', '102 not in: waiting-room-timeout'],
    ],
    [
      'does not count the lobby to the way in',
      { 0: { page: 'name' }, 30: { page: 'waiting' }, 95: { page: 'wrong-link' } },
      [...times(120, (turn) => `${turn / 4} fill-name`), '30 knocked', '95.25 not in: wrong-link'],
    ],
    [
      'gives the way in a minute in all, before and after the lobby',
      { 30: { page: 'waiting' }, 90: { page: 'loading' } },
      ['20 reload', '30 knocked', '120 not in: join-failed'],
    ],
    ['loads a page that shows nothing once more', {}, ['20 reload', '60 not in: join-failed']],
    [
      'loads a page that the network refuses again and again',
      { 0: { page: 'network', isLoadFailed: true }, 12: { page: 'admitted', isLoadFailed: false }, 14: stop },
      ['5 reload', '10 reload', '12 entered', '12 collect', '14 out: stop-ordered'],
    ],
    ['finds a wall', { 1: { page: 'sign-in' } }, ['1.25 not in: sign-in-required']],
    [
      'asks the host of a Zoom meeting, and collects nothing before the answer',
      { ...asked, 13: { permission: 'allowed' }, 20: stop },
      ['3 entered', '13 allowed', '13 collect', '20 out: stop-ordered'],
    ],
    [
      'is refused by the host, and allowed after all',
      { ...asked, 13: { permission: 'denied' }, 23: { permission: 'allowed' }, 60: stop },
      ['3 entered', '13 refused', '23 allowed', '23 collect', '60 out: stop-ordered'],
    ],
    ['is not answered by the host', asked, ['3 entered', '33 out: recording-denied']],
    ['sees its page crash on the way in', { 5: { isGone: true } }, ['5 not in: worker-lost']],
    ['sees its page crash in the meeting', { ...inside, 5: { isGone: true } }, [...entered, '5 out: worker-lost']],
    ['gives a silent page half a minute outside', { 1: { page: 'silent' } }, ['31 not in: worker-lost']],
    [
      'gives a silent page two answers inside',
      { ...inside, 10: { page: 'silent' } },
      [...entered, '15 out: worker-lost'],
    ],
    ['loses its connection inside', { ...inside, 10: { page: 'network' } }, [...entered, '29 out: worker-lost']],
    ['meets nobody', inside, [...entered, '303 out: no-one-joined']],
    ['is stopped on the way in', { 1: stop }, ['1 not in: stop-ordered']],
    ['is stopped in the lobby', { ...lobby, 5: stop }, ['2 knocked', '5 not in: stop-ordered']],
    ['is stopped in the meeting', { ...inside, 5: stop }, [...entered, '5 out: stop-ordered']],
    ['is stopped while the host is asked', { ...asked, 5: stop }, ['3 entered', '5 out: stop-ordered']],
  ])('%s', (_, life, expected) => {
    expect(live(life)).toEqual(expected);
  });

  const at = { now: 5 * SECOND, policy };
  const admitted = (isRecording: boolean): Snapshot => ({
    ...{ case: 'join-state', joinState: 'admitted', isLoadFailed: false, isUnderWay: false, isRecording },
  });
  const permission = (answer: RecordingPermission, isRecording = false): Snapshot => ({
    ...{ case: 'permission', answer, isRecording },
  });
  it.each<[string, Snapshot[], Effect['case'][]]>([
    ['asks first whether it may record', [admitted(false)], ['report', 'ask-permission']],
    [
      'observes, and reads captions, in the turn in which it may',
      [admitted(false), permission('not-offered')],
      ['collect', 'observe', 'read-captions'],
    ],
    [
      'asks nothing once it may',
      [admitted(false), permission('not-offered'), admitted(false)],
      ['observe', 'read-captions'],
    ],
    [
      'writes to the chat once it is recorded',
      [admitted(false), permission('not-offered'), admitted(true)],
      ['send-chat', 'observe', 'read-captions'],
    ],
    [
      'writes to the chat while the host is asked, and reads no captions',
      [admitted(false), permission('asked')],
      ['send-chat', 'observe'],
    ],
    ['writes nothing while it is not known who is to be asked', [admitted(false), permission('unknown')], ['observe']],
  ])('inside %s', (_, snapshots, expected) => {
    let [run, effects]: [MeetingRun, readonly Effect[]] = [startRun(0), []];
    for (const snapshot of snapshots) ({ run, effects } = step(run, snapshot, at));
    expect(effects.map((effect) => effect.case)).toEqual(expected);
  });

  it('does nothing any more in a run that has ended', () => {
    const { run } = step(startRun(0), { ...turnOver, requested: 'stop-ordered' }, at);
    expect(step(run, admitted(true), at)).toEqual({ run, effects: [] });
    expect(collectingSince(run)).toBeUndefined();
  });
});

const turnOver = {
  case: 'turn-over',
  requested: undefined,
  isGone: false,
  recordingSince: undefined,
  occupancy: nobodyYet,
  lastVoiceAt: undefined,
} as const;

function times(count: number, text: (turn: number) => string): string[] {
  return Array.from({ length: count }, (_, turn) => text(turn));
}
