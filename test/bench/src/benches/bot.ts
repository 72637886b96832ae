import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { SECOND, silentLog } from '@earshot/kernel';
import type { LabParticipant, Room } from '@earshot/lab';
import { launchBrowser } from '../../../../services/joiner/src/browser/launch-browser.ts';
import { setStage, type Stage } from '../../../integration/joiner/stage.ts';
import type { Bench } from '../bench.ts';
import { childrenWith, cpuBetween, usageOf } from '../process-tree.ts';

/** How many bots, step by step; `BOTS=1,2,4` for a machine on which the three people leave no room for more. */
const STEPS = (process.env['BOTS'] ?? '1,8,16').split(',').map(Number);
const PEOPLE = ['Ann', 'Ben', 'Cat'];
/** What those who have just come in cost is not what staying costs. */
const [SETTLE_MS, MEASURE_MS] = [6 * SECOND, 12 * SECOND];

interface Figures {
  readonly bots: number;
  readonly cpu_cores_per_bot: number;
  readonly memory_mb_per_bot: number;
}

/** One way to be in a meeting: brings as many in as are asked for, and names the processes that it takes. */
interface Way {
  bring(count: number): Promise<void>;
  processes(): Promise<number[]>;
}

/**
 * One meeting of three people who film themselves (320x180, 15 frames a second) and speak in turn. Guests are kept apart by
 * the lab, so that each bot is alone with the three, as in a meeting of its own; the three send to each bot anew. The joiner
 * is the real one in this process; measured is the tree of its one browser process (the Node that drives it included), and
 * not the lab, the three, nor what stands in for the services. `peer_way` is the same browser with the same flags and the
 * same pages without our script: every track decoded and every picture drawn, nothing captured or encoded, so that it is
 * the least that a bot of that kind costs. Memory is the proportional set size.
 *
 * Requests for keyframes and for lost packets are counted by the senders, for each bot and for each other person of the
 * meeting, over the whole stay. On a machine that is saturated (`busy_share` near 1) processor figures are lower bounds.
 */
export const bot: Bench = {
  measures: `bots in one browser with three people with cameras each, ${MEASURE_MS / SECOND} s for each of ${STEPS.join(', ')} bots, then the peers' way`,
  async run() {
    await using parts = new AsyncDisposableStack();
    const stage = parts.use(await setStage({ SEATS: '64', BOTS_PER_BROWSER: '64' }));
    const room = stage.lab.createRoom({ face: 'web', keepsGuestsApart: true });
    const people = await Promise.all(PEOPLE.map((name) => room.join({ name, camera: true })));
    const talking = new AbortController();
    const talk = converse(people, talking.signal);
    // Should the bots not come in, that is what is told.
    talk.catch(() => {});

    const ours = await measure(ourWay(stage, room));
    const requests = await requestsOf(people);
    for (const name of room.participants().map((person) => person.name))
      if (name.startsWith('Bot')) room.host.remove(name);
    const theirs = await measure(await peersWay(stage, room, parts));
    talking.abort();
    await talk;
    const [last, peer] = [ours.at(-1), theirs.at(-1)];
    return { ...last, peer_way: peer, requests_per_sender: requests, steps: ours, peer_steps: theirs };
  },
};

async function measure({ bring, processes }: Way): Promise<(Figures & { busy_share: number })[]> {
  const figures: (Figures & { busy_share: number })[] = [];
  let count = 0;
  for (const bots of STEPS) {
    await bring(bots - count);
    count = bots;
    await pause(SETTLE_MS);
    const roots = await processes();
    const [before, machine, startedAt] = [await usageOf(roots), idleSeconds(), performance.now()];
    await pause(MEASURE_MS);
    const after = await usageOf(roots);
    const seconds = (performance.now() - startedAt) / SECOND;
    figures.push({
      bots,
      cpu_cores_per_bot: round(cpuBetween(before, after) / seconds / bots, 3),
      memory_mb_per_bot: round(after.bytes / bots / 1e6, 1),
      busy_share: round(1 - (idleSeconds() - machine) / seconds / cpus().length, 2),
    });
    process.stderr.write(`${JSON.stringify(figures.at(-1))}\n`);
  }
  return figures;
}

function ourWay({ scheduler, media }: Stage, room: Room): Way {
  let count = 0;
  return {
    async bring(more) {
      const bots = Array.from({ length: more }, () =>
        scheduler.order({ meetingUrl: room.link, botName: `Bot ${++count}` }),
      );
      const isHeard = () => bots.every(({ botId }) => media.framesOf(botId).length > 0);
      await media.moments.until(isHeard, 'sound for every bot', 120_000);
    },
    processes: () => childrenWith(process.pid, 'joiner/src/browser/child.ts'),
  };
}

/** As a visitor with a name and no devices comes in, by the same browser. */
async function peersWay({ lab }: Stage, room: Room, parts: AsyncDisposableStack): Promise<Way> {
  const before = new Set(await childrenWith(process.pid, ''));
  const options = { chromiumPath: '', args: lab.browserArgs, proxy: '', isSandboxed: false, logLevel: 'error' };
  const browser = await launchBrowser(options, silentLog);
  parts.defer(() => browser.close());
  const roots = (await childrenWith(process.pid, '')).filter((pid) => !before.has(pid));
  let count = 0;
  return {
    async bring(more) {
      for (let made = 0; made < more; made += 1) {
        const name = `Peer ${++count}`;
        const context = await browser.newContext({ viewport: { width: 960, height: 540 } });
        const page = await context.newPage();
        await page.goto(room.link);
        await page.getByLabel('Your name').fill(name);
        await page.getByRole('button', { name: 'Join' }).click();
        await room.waitForParticipant(name, { signal: AbortSignal.timeout(60_000) });
        await page.waitForFunction(
          `[...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0).length === ${PEOPLE.length}`,
          undefined,
          { timeout: 120_000 },
        );
      }
    },
    processes: () => Promise.resolve(roots),
  };
}

/** They speak one after another for as long as it lasts. */
async function converse(people: readonly LabParticipant[], signal: AbortSignal): Promise<void> {
  const text = 'the quick brown fox jumps over the lazy dog';
  for (let turn = 0; !signal.aborted; turn += 1) await people[turn % people.length]?.say(text);
}

/** What the three were asked for by each receiver, on the average: by bots, and by each other. */
async function requestsOf(people: readonly LabParticipant[]) {
  const all = (await Promise.all(people.map((person) => person.heard()))).flatMap((heard) => Object.entries(heard));
  const of = (receivers: typeof all) => {
    const mean = (key: 'keyframeRequests' | 'retransmissionRequests') =>
      round(receivers.reduce((sum, [, heard]) => sum + heard[key], 0) / Math.max(1, receivers.length), 2);
    return { pli: mean('keyframeRequests'), nack: mean('retransmissionRequests') };
  };
  return {
    bot: of(all.filter(([name]) => name.startsWith('Bot'))),
    participant: of(all.filter(([name]) => PEOPLE.includes(name))),
  };
}

function idleSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.idle, 0) / SECOND;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
