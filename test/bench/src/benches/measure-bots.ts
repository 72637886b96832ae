import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { SECOND } from '@earshot/kernel';
import type { CameraOptions, LabParticipant, Requests, Room } from '@earshot/lab';
import { cpuBetween, usageOf } from '../process-tree.ts';

/** What those who have just come in cost is not what staying costs. */
export const [SETTLE_MS, MEASURE_MS] = [6 * SECOND, 12 * SECOND];

export interface Figures {
  readonly bots: number;
  readonly cpu_cores_per_bot: number;
  readonly memory_mb_per_bot: number;
  readonly busy_share: number;
}

/** What the trees of these processes take from now on. */
export async function measureNow(bots: number, roots: readonly number[]): Promise<Figures> {
  const [before, machine, startedAt] = [await usageOf(roots), idleSeconds(), performance.now()];
  await pause(MEASURE_MS);
  const after = await usageOf(roots);
  const seconds = (performance.now() - startedAt) / SECOND;
  const figures = {
    bots,
    cpu_cores_per_bot: round(cpuBetween(before, after) / seconds / bots, 3),
    memory_mb_per_bot: round(after.bytes / bots / 1e6, 1),
    busy_share: round(1 - (idleSeconds() - machine) / seconds / cpus().length, 2),
  };
  process.stderr.write(`${JSON.stringify(figures)}\n`);
  return figures;
}

/** What each of those of a kind asked the three for, on the average. */
export function requestsOf(room: Room, kind: string) {
  const all = namesOf(room, kind).map((name) => room.requestsOf(name));
  const mean = (key: keyof Requests) =>
    round(all.reduce((sum, each) => sum + each[key], 0) / Math.max(1, all.length), 2);
  return { pli: mean('keyframes'), nack: mean('retransmissions') };
}

export function namesOf(room: Room, kind: string): string[] {
  return room.participants().flatMap(({ name }) => (name.startsWith(kind) ? name : []));
}

function idleSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.idle, 0) / SECOND;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** What a camera sends, of a text like `640x360@15`. */
export function cameraOf(text: string): CameraOptions {
  const [, width, height, framesPerSecond] = /^(\d+)x(\d+)@(\d+)$/.exec(text) ?? [];
  if (framesPerSecond === undefined) throw new Error(`CAMERA is to be like 640x360@15, and is ${text}`);
  return { width: Number(width), height: Number(height), framesPerSecond: Number(framesPerSecond) };
}

/** They speak one after another for as long as it lasts. */
export async function converse(speakers: readonly LabParticipant[], signal: AbortSignal): Promise<void> {
  const text = 'the quick brown fox jumps over the lazy dog';
  for (let turn = 0; !signal.aborted; turn += 1) await speakers[turn % speakers.length]?.say(text);
}
