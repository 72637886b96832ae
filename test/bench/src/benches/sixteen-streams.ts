import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { audioOnly, SECOND, silentLog, type LiveAudioPlan } from '@earshot/kernel';
import { toMediaPlanMessage } from '@earshot/rpc';
import { freePorts, startStack } from '@earshot/stack';
import { batchesOf, framesOf, joined, Stream, BATCH_MS } from '../../../integration/media-streamer/joiner.ts';
import { Listener } from '../../../integration/media-streamer/listener.ts';
import { packetsOf } from '../../../integration/media-streamer/sound.ts';
import { cpuBetween, usageOf } from '../process-tree.ts';
import { round } from './measure-bots.ts';

const root = resolve(import.meta.dirname, '../../../..');
const PEOPLE = 16;
const SETTLE_MS = 3 * SECOND;
const MEASURE_MS = 10 * SECOND;
const PATIENCE_MS = 60 * SECOND;

const ways = {
  mixed: {},
  separate: { isSeparate: true },
} as const satisfies Record<string, Partial<LiveAudioPlan>>;

/**
 * A meeting of sixteen who all speak all the time, in each way that its live audio can be had: a media-streamer each, at the same time, so that
 * they have the same machine in the same seconds. Measured is the processor time of their processes for each second of the meeting, in cores; `more_than_mixed` is the price of
 * sixteen streams (goal: 0.02).
 */
export async function measureSixteenStreams() {
  await using parts = new AsyncDisposableStack();
  await startStores(parts);
  // It looks for them as it is loaded.
  const { openFixture } = await import('../../../integration/media-streamer/fixture.ts');
  const fixture = parts.use(await openFixture());
  const visits: { name: string; pid: number; streams: number; listener: Listener; stream: Stream }[] = [];
  for (const [name, plan] of Object.entries(ways)) {
    const listener = parts.use(await Listener.listen());
    const streamer = await fixture.another();
    await streamer.serving;
    const media = toMediaPlanMessage({ ...audioOnly, liveAudio: { ...audioOnly.liveAudio, ...plan } });
    const over = { botId: randomUUID(), liveAudioSocketUrl: listener.url, media };
    const stream = new Stream(streamer.client, fixture.startOf(over));
    await stream.resumed;
    visits.push({ name, pid: streamer.pid, streams: 'isSeparate' in plan ? PEOPLE : 1, listener, stream });
  }
  const batches = batchesOfAll(SETTLE_MS + MEASURE_MS);
  const startedAt = performance.now();
  const play = async (fromMs: number, untilMs: number) => {
    for (let atMs = fromMs; atMs < untilMs; atMs += BATCH_MS) {
      await pause(Math.max(0, startedAt + atMs + BATCH_MS - performance.now()));
      for (const { stream } of visits) stream.send([batches[atMs / BATCH_MS]!]);
    }
  };
  // On a full machine they are behind: what counts is what so much of a meeting takes.
  const received = async (untilMs: number) => {
    for (const { name, listener, streams } of visits) {
      const waiting = listener.until(() => countOf(listener) >= streams * (untilMs / 20 - 10));
      const late = () => Promise.reject(new Error(`${name}: not all of it has come`));
      await Promise.race([waiting, pause(PATIENCE_MS, undefined, { ref: false }).then(late)]);
    }
  };
  const read = () => Promise.all(visits.map(({ pid }) => usageOf([pid])));
  await play(0, SETTLE_MS);
  await received(SETTLE_MS);
  const before = await read();
  await play(SETTLE_MS, SETTLE_MS + MEASURE_MS);
  await received(SETTLE_MS + MEASURE_MS);
  const after = await read();
  const cores = visits.map((_, index) => cpuBetween(before[index]!, after[index]!) / (MEASURE_MS / SECOND));
  const figures = visits.map(({ name }, index) => {
    return [
      name,
      { cpu_cores: round(cores[index]!, 3), more_than_mixed: round(cores[index]! - cores[0]!, 3) },
    ] as const;
  });
  for (const { stream } of visits) await stream.break();
  return Object.fromEntries(figures);
}

const countOf = ({ connections }: Listener) => connections[0]?.messages.length ?? 0;

/** PostgreSQL and NATS, and none of our processes. */
async function startStores(parts: AsyncDisposableStack): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const settings = { ...process.env };
  const stack = parts.use(
    await startStack({ root, dataDir, ports: await freePorts(), settings, only: [], log: silentLog }),
  );
  Object.assign(process.env, { DATABASE_URL: stack.databaseUrl, NATS_URL: stack.natsUrl });
}

/** What a joiner sends of them, every 25 ms. */
function batchesOfAll(untilMs: number) {
  const packets = packetsOf('glide');
  const long = Array.from({ length: Math.ceil(untilMs / 20) }, (_, index) => packets[index % packets.length]!);
  const people = Array.from({ length: PEOPLE }, (_, index) => ({ trackId: `t${index}`, participantId: `p${index}` }));
  const frames = people.flatMap(({ trackId }) => framesOf(trackId, long).map((frame) => ({ ...frame, level: 20 })));
  const batches = batchesOf(frames, untilMs);
  batches[0]!.participants = people.map(({ trackId, participantId }) =>
    joined(participantId, `Person ${participantId}`, { trackIds: [trackId] }),
  );
  return batches;
}
