import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SECOND } from '@earshot/kernel';
import type { Bench } from '../bench.ts';
import { cpuBetween, usageOf } from '../process-tree.ts';
import type { Received, TransportOrder } from './page-transport-browser.ts';

/** Pages of each way; all ways are measured at the same time. */
const PAGES = Number(process.env['BOTS'] ?? 4);
const [SETTLE_MS, MEASURE_MS] = [4 * SECOND, 10 * SECOND];
const ROUNDS = 3;
const ways = ['idle', 'binding', 'socket'] as const;
type Way = (typeof ways)[number];

/** What one page sends. Three voices are 15 kB/s with their headers; a bot with a live stream flushes each 25 ms. */
const loads = {
  audio: { bytes: 6000, everyMs: 400 },
  live_audio: { bytes: 375, everyMs: 25 },
  /** 1.5 Mbit/s, as one webcam of 720p has, and 8 Mbit/s: six webcams and a screen. */
  video: { bytes: 18_750, everyMs: 100 },
  large_video: { bytes: 100_000, everyMs: 100 },
} as const;
/** Some of them: `LOADS=audio,video`. */
const LOADS = (process.env['LOADS'] ?? Object.keys(loads).join()).split(',') as (keyof typeof loads)[];

const script = fileURLToPath(new URL('page-transport-browser.ts', import.meta.url));

interface Child {
  readonly pid: number;
  received(): Promise<Received>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * What it costs to get bytes out of pages, by a CDP binding (base64 in JSON, as a page reports) and by a socket of the browser
 * process (binary). For each load three browsers run side by side, so that all had the same machine in the same seconds: one whose
 * pages only tick (`idle`), and one of each way. Measured is the tree of the Node that drives each, which receives and decodes.
 * `cpu_seconds_per_mb` is what a way takes beyond `idle` for 10^6 bytes of payload; the median of three rounds.
 */
export const pageTransport: Bench = {
  measures: `${PAGES} pages each by binding and by socket, ${ROUNDS} times ${MEASURE_MS / SECOND} s, for ${LOADS.join(', ')}`,
  async run() {
    const figures: Record<string, unknown> = {};
    for (const name of LOADS) {
      figures[name] = await measureLoad({ ...loads[name], pages: PAGES });
      process.stderr.write(`${name}: ${JSON.stringify(figures[name])}\n`);
    }
    return figures;
  },
};

async function measureLoad(load: Omit<TransportOrder, 'way'>) {
  await using children = new AsyncDisposableStack();
  const byWay = {} as Record<Way, Child>;
  for (const way of ways) byWay[way] = children.use(await start({ ...load, way }));
  await pause(SETTLE_MS);
  const rounds: Record<Way, { cores: number; megabytes: number }>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureRound(byWay));
  const result = (way: 'binding' | 'socket') => ({
    cores_per_bot: median(rounds.map((each) => each[way].cores / PAGES)),
    cpu_seconds_per_mb: median(rounds.map((each) => (each[way].cores - each.idle.cores) / each[way].megabytes)),
    kilobytes_per_second: median(rounds.map((each) => (each[way].megabytes / PAGES) * 1000)),
  });
  const idle = { cores_per_bot: median(rounds.map(({ idle: { cores } }) => cores / PAGES)) };
  return { idle, binding: result('binding'), socket: result('socket') };
}

/** Cores, and 10^6 bytes a second, of each way in the same time. */
async function measureRound(byWay: Record<Way, Child>) {
  const read = () =>
    Promise.all(ways.map(async (way) => [await byWay[way].received(), await usageOf([byWay[way].pid])] as const));
  const [before, startedAt] = [await read(), performance.now()];
  await pause(MEASURE_MS);
  const after = await read();
  const seconds = (performance.now() - startedAt) / SECOND;
  const entries = ways.map((way, index) => {
    const [[had, used], [has, uses]] = [before[index]!, after[index]!];
    return [way, { cores: cpuBetween(used, uses) / seconds, megabytes: (has.bytes - had.bytes) / 1e6 / seconds }];
  });
  return Object.fromEntries(entries) as Record<Way, { cores: number; megabytes: number }>;
}

async function start(order: TransportOrder): Promise<Child> {
  const child = fork(script, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = once(child, 'exit');
  const answer = async () => {
    const answered = await Promise.race([once(child, 'message'), gone.then(() => undefined)]);
    if (!answered) throw new Error(`the pages that send by ${order.way} are gone`);
    return answered[0] as Received;
  };
  const ready = answer();
  child.send(order);
  await ready;
  return {
    pid: child.pid ?? 0,
    received() {
      const answered = answer();
      child.send('read');
      return answered;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await gone;
    },
  };
}

function median(values: readonly number[]): number {
  return Number((values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN).toFixed(4));
}
