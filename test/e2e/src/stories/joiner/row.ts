import { platformNames } from '@earshot/kernel';
import type { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Face, LabParticipant, Room } from '@earshot/lab';
import type { leave } from '../../../../integration/joiner/fake-scheduler.ts';

export const faces: readonly Face[] = platformNames;

/** How a meeting is set up on one platform, so that its door is in the row's state. */
export interface Setting {
  readonly lobby?: boolean;
  readonly variants?: readonly string[];
  /** What the bot is given in place of the room's own link. */
  readonly link?: (room: Room) => string;
}

/** One bot and its meeting, with what a row may do to them. */
export interface Scene {
  readonly room: Room;
  readonly name: string;
  /** After the entrance, until a page of the lab's that dies there does. */
  readonly diesAfterMs: number;
  until(what: string): Promise<void>;
  /** When that was first seen by the scheduler, by `performance.now()`. */
  lastSeen(what: string): Promise<number>;
  /** Lets the bot in when it knocks, where it has to. */
  comeIn(): Promise<void>;
  /** Who was there before the bot. */
  occupancy(): LabParticipant;
  seesSomebody(): Promise<void>;
  isHeard(): Promise<void>;
  /** The joiner says that it holds the bot. */
  isHeld(): Promise<void>;
  /** Orders the bot to leave; answers after how many milliseconds nothing of it was there any more. */
  stop(): Promise<number>;
  isOver(): boolean;
  end(): Promise<void>;
}

/** One door state and one reason to leave; platforms that are not named do not have the two together. */
export interface Row {
  readonly admission: string;
  readonly leaves: string;
  readonly on: Partial<Record<Face, Setting>>;
  /** What the scheduler hears before the bot is on its way out, in this order. */
  readonly sees: readonly ('knocked' | 'entered' | 'recordingStarted')[];
  readonly ends: EndReason;
  readonly policy?: Partial<typeof leave>;
  /** Whether somebody is in the meeting before the bot. */
  readonly hasOccupancy?: true;
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
