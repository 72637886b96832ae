import type { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Face, Room } from '@earshot/lab';
import type { leave } from '../../../../integration/joiner/fake-scheduler.ts';
import type { Scene } from './scene.ts';

export const faces: readonly Face[] = ['web', 'google-meet', 'teams', 'zoom'];

/** How a meeting is set up on one platform, so that its door is in the row's state. */
export interface Setting {
  readonly lobby?: boolean;
  readonly variants?: readonly string[];
  /** What the bot is given in place of the room's own link. */
  readonly link?: (room: Room) => string;
}

/** One door state and one reason to leave; platforms that are not named do not have the two together. */
export interface Row {
  readonly door: string;
  readonly leaves: string;
  readonly on: Partial<Record<Face, Setting>>;
  /** What the scheduler hears before the bot is on its way out, in this order. */
  readonly sees: readonly ('knocked' | 'entered' | 'recordingStarted')[];
  readonly ends: EndReason;
  readonly policy?: Partial<typeof leave>;
  /** Whether somebody is in the meeting before the bot. */
  readonly hasCompany?: true;
  /** What happens to the bot. Answers milliseconds where the row is about how quick something is. */
  readonly play?: (scene: Scene) => Promise<number | undefined | void>;
  /** Milliseconds that `play` may answer. */
  readonly withinMs?: number;
}

/** The same on every platform. */
export const everywhere = (setting: Setting = {}) => Object.fromEntries(faces.map((face) => [face, setting]));
export const variant = (...variants: string[]): Setting => ({ variants });

/** What is seen of a bot that comes straight in, and of one that is let in. */
export const inside = ['entered', 'recordingStarted'] as const;
export const letIn = ['knocked', ...inside] as const;

/** Stops a bot that is inside; answers how long that took. */
export const stopInside = async (scene: Scene) => {
  await scene.until('recordingStarted');
  return scene.stop();
};
