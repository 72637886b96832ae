import { describe, expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import { firstReason, type MeetingView } from './leave-reasons.ts';

const T0 = Date.UTC(2026, 0, 1);
const policy = {
  waitingRoomSeconds: 600,
  noOneJoinedSeconds: 300,
  everyoneLeftSeconds: 60,
  voiceInactivitySeconds: 900,
  recordingLimitSeconds: 3600,
  recordingDeniedSeconds: 60,
  botDetection: { nameParts: ['notetaker'], activateAfterSeconds: 300, timeoutSeconds: 5 },
};

function view(seconds: number, rest: Partial<MeetingView> = {}): MeetingView {
  return {
    now: T0 + seconds * SECOND,
    policy,
    requested: undefined,
    admission: 'loading',
    waitingSince: undefined,
    enteredAt: undefined,
    collectingSince: undefined,
    recordingSince: undefined,
    unpermittedSince: undefined,
    hasSeenOthers: false,
    aloneSince: undefined,
    onlyBotsSince: undefined,
    lastVoiceAt: undefined,
    ...rest,
  };
}
const inside = {
  admission: 'admitted',
  enteredAt: T0,
  collectingSince: T0,
  recordingSince: T0,
  hasSeenOthers: true,
  lastVoiceAt: T0,
} as const;
/** Inside, and the host has not answered whether the bot may record. */
const asking = { admission: 'admitted', enteredAt: T0, hasSeenOthers: true } as const;

describe('firstReason', () => {
  it.each([
    ['nothing while joining', view(1000), undefined],
    ['nothing in a lively meeting', view(890, inside), undefined],
    ['waiting just short of the limit', view(599, { admission: 'waiting', waitingSince: T0 }), undefined],
    ['waiting too long', view(600, { admission: 'waiting', waitingSince: T0 }), 'waiting-room-timeout'],
    ['let in at last', view(610, { ...inside, waitingSince: T0, lastVoiceAt: T0 + 600_000 }), undefined],
    ['alone from the start', view(300, { ...inside, hasSeenOthers: false, aloneSince: T0 }), 'no-one-joined'],
    ['alone from the start, not long', view(299, { ...inside, hasSeenOthers: false, aloneSince: T0 }), undefined],
    ['alone after somebody', view(60, { ...inside, aloneSince: T0 }), 'everyone-left'],
    ['alone after somebody, not long', view(59, { ...inside, aloneSince: T0 }), undefined],
    ['only bots, for long enough', view(405, { ...inside, onlyBotsSince: T0 + 400_000 }), 'only-bots-left'],
    ['only bots, not long', view(404, { ...inside, onlyBotsSince: T0 + 400_000 }), undefined],
    ['only bots since before they count', view(304, { ...inside, onlyBotsSince: T0 + 10_000 }), undefined],
    ['only bots since before they count, and after', view(305, { ...inside, onlyBotsSince: T0 }), 'only-bots-left'],
    [
      'only bots, not asked for',
      view(405, { ...inside, onlyBotsSince: T0, policy: { ...policy, botDetection: undefined } }),
      undefined,
    ],
    ['the recording limit', view(3600, { ...inside, lastVoiceAt: T0 + 3_599_000 }), 'recording-limit'],
    ['not permitted to record', view(100, { ...asking, unpermittedSince: T0 + 40_000 }), 'recording-denied'],
    ['not permitted to record, not long', view(99, { ...asking, unpermittedSince: T0 + 40_000 }), undefined],
    ['no voice before it may listen', view(900, asking), undefined],
    ['no voice', view(900, inside), 'voice-inactivity'],
    ['never a voice', view(900, { ...inside, lastVoiceAt: undefined }), 'voice-inactivity'],
    ['removed', view(5, { ...inside, admission: 'removed' }), 'removed'],
    ['ended', view(5, { ...inside, admission: 'ended' }), 'meeting-ended'],
    ['ended before the entrance', view(5, { admission: 'ended' }), 'meeting-ended'],
    ['its connection lost', view(30, { ...inside, admission: 'network' }), 'worker-lost'],
    ['no connection yet', view(30, { admission: 'network' }), undefined],
    ['denied', view(5, { admission: 'denied', waitingSince: T0 }), 'denied'],
    ['a wrong link', view(5, { admission: 'wrong-link' }), 'wrong-link'],
    ['a passcode refused', view(5, { admission: 'wrong-passcode' }), 'wrong-link'],
    ['a registration', view(5, { admission: 'registration' }), 'sign-in-required'],
    ['a sign-in wall', view(5, { admission: 'sign-in' }), 'sign-in-required'],
    ['terms to agree to', view(5, { admission: 'consent' }), 'consent-required'],
    ['a name refused', view(5, { admission: 'name-refused' }), 'name-refused'],
    ['a wall', view(5, { admission: 'blocked' }), 'blocked'],
    [
      'a command before all else',
      view(5, { ...inside, admission: 'removed', requested: 'stop-ordered' }),
      'stop-ordered',
    ],
  ])('%s', (_, given, expected) => {
    expect(firstReason(given)).toBe(expected);
  });

  it('never applies a limit of zero', () => {
    const off = {
      waitingRoomSeconds: 0,
      noOneJoinedSeconds: 0,
      everyoneLeftSeconds: 0,
      voiceInactivitySeconds: 0,
      recordingLimitSeconds: 0,
      recordingDeniedSeconds: 0,
      botDetection: { nameParts: ['x'], activateAfterSeconds: 0, timeoutSeconds: 0 },
    };
    expect(
      firstReason(view(1e6, { ...inside, aloneSince: T0, onlyBotsSince: T0, unpermittedSince: T0, policy: off })),
    ).toBeUndefined();
    expect(firstReason(view(1e6, { waitingSince: T0, policy: off }))).toBeUndefined();
  });
});
