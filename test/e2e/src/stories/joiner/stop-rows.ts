import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { everywhere, inside, letIn, stopInside, type Row } from './row.ts';

/** The promise, from the order to the last trace of the bot. */
const STOP_MS = 3000;
/** A stop is obeyed wherever it comes: played apart from the others, since it is about time. */
export const stopRows: readonly Row[] = [
  {
    admission: 'joining',
    leaves: 'stop ordered',
    on: everywhere(),
    sees: [],
    ends: EndReason.STOP_ORDERED,
    async play({ isHeld, stop }) {
      await isHeld();
      return stop();
    },
    withinMs: STOP_MS,
  },
  {
    admission: 'waiting room',
    leaves: 'stop ordered',
    on: everywhere({ lobby: true }),
    sees: ['knocked'],
    ends: EndReason.STOP_ORDERED,
    async play({ until, stop }) {
      await until('knocked');
      return stop();
    },
    withinMs: STOP_MS,
  },
  {
    admission: 'admitted',
    leaves: 'stop ordered',
    on: everywhere(),
    sees: inside,
    ends: EndReason.STOP_ORDERED,
    play: stopInside,
    withinMs: STOP_MS,
  },
  {
    admission: 'waiting room, then admitted',
    leaves: 'stop ordered',
    on: everywhere({ lobby: true }),
    sees: letIn,
    ends: EndReason.STOP_ORDERED,
    async play(scene) {
      await scene.comeIn();
      return stopInside(scene);
    },
    withinMs: STOP_MS,
  },
];
