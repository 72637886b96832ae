import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { everywhere, inside, letIn, variant, type Row } from './row.ts';

/** Every reason to leave a meeting, for those who came straight in and for those who were let in. */
export const visitRows: readonly Row[] = [
  { admission: 'admitted', sees: inside, setting: {} },
  { admission: 'waiting room, then admitted', sees: letIn, setting: { lobby: true } },
].flatMap(({ admission, sees, setting }): Row[] => {
  const row = (leaves: string, ends: EndReason, rest: Pick<Row, 'policy' | 'play' | 'hasOccupancy'>): Row => ({
    ...{ admission, leaves, sees, ends, on: everywhere(setting) },
    ...rest,
    async play(scene) {
      await scene.comeIn();
      return rest.play?.(scene);
    },
  });
  return [
    row('no_one_joined', EndReason.NO_ONE_JOINED, { policy: { noOneJoinedSeconds: 2 } }),
    row('everyone_left', EndReason.EVERYONE_LEFT, {
      policy: { everyoneLeftSeconds: 1 },
      hasOccupancy: true,
      async play({ occupancy, seesSomebody }) {
        await seesSomebody();
        await occupancy().leave();
      },
    }),
    row('voice_inactivity', EndReason.VOICE_INACTIVITY, {
      // On a busy machine a meeting's first sound may take eight seconds to come.
      policy: { voiceInactivitySeconds: 10 },
      hasOccupancy: true,
      async play({ occupancy, isHeard, isOver }) {
        await isHeard();
        // As long as somebody speaks, nobody is inactive.
        await occupancy().say(
          'four score and seven years ago our fathers brought forth on this continent a new nation',
        );
        if (isOver()) throw new Error('left while somebody spoke');
      },
    }),
    row('recording limit', EndReason.RECORDING_LIMIT, { policy: { recordingLimitSeconds: 2 } }),
    row('meeting ended', EndReason.MEETING_ENDED, {
      async play({ room, until }) {
        await until('recordingStarted');
        room.host.end();
      },
    }),
    row('removed', EndReason.REMOVED, {
      async play({ room, until, name }) {
        await until('recordingStarted');
        room.host.remove(name);
      },
    }),
  ];
});

/** What is lost in the meeting. */
export const lossRows: readonly Row[] = [
  {
    admission: 'admitted, page dead',
    leaves: 'page lost',
    on: everywhere(variant('dead-in-meeting')),
    sees: inside,
    ends: EndReason.WORKER_LOST,
    async play({ diesAfterMs, lastSeen, end }) {
      const enteredAt = await lastSeen('recordingStarted');
      await end();
      return performance.now() - enteredAt - diesAfterMs;
    },
    // A hang is noticed in ten seconds; the two after the entrance until it happens are the lab's.
    withinMs: 10_000,
  },
  {
    admission: 'admitted, network lost',
    leaves: 'page lost',
    on: everywhere(),
    sees: inside,
    ends: EndReason.WORKER_LOST,
    async play({ room, until, name }) {
      await until('recordingStarted');
      room.host.cut(name);
    },
  },
];
