import { setTimeout as pause } from 'node:timers/promises';
import { SECOND } from '@earshot/kernel';
import type { Lab, Room } from '@earshot/lab';
import { openFixture, type Fixture } from '../../../integration/joiner/fixture.ts';
import type { Bench } from '../bench.ts';
import { childrenWith } from '../process-tree.ts';
import {
  cameraOf,
  converse,
  MEASURE_MS,
  measureNow,
  namesOf,
  requestsOf,
  round,
  SETTLE_MS,
  type Figures,
} from './measure-bots.ts';
import { startPeersWay, type PeersWay } from './peers-way.ts';

/** How many bots, step by step; `BOTS=1,2,4` for a machine on which the three people leave no room for more. */
const STEPS = (process.env['BOTS'] ?? '1,8,16').split(',').map(Number);
const PEOPLE = ['Ann', 'Ben', 'Cat'];
/** What the three send, as `640x360@30`. */
const CAMERA = process.env['CAMERA'] ?? '320x180@15';
/** So many of each kind are measured at the same time: few enough for two cores not to be full. */
const SIDE_BY_SIDE = 4;

/** One way to be in a meeting: brings as many in as are asked for, and names the processes that it takes. */
interface Way {
  bring(count: number): Promise<void>;
  processes(): Promise<number[]>;
}

/**
 * One meeting of three people who film themselves (320x180, 15 frames a second, or `CAMERA`) and speak in turn, through a forwarding unit,
 * as platforms have one: each of the three encodes once and hears nobody, and each bot has one connection. Guests are kept
 * apart by the lab, so that each bot is alone with the three, as in a meeting of its own. The joiner is the real one in this
 * process; measured is the tree of its one browser process (the Node that drives it included), and not the lab, the three,
 * nor what stands in for the services. Memory is the proportional set size.
 *
 * `peer_way` is the same page in the same browser with the same flags without our script: every track decoded, every picture
 * drawn, each person's voice read by WebAudio and handed on to the Node that drives the browser, which counts as ours does.
 * It neither encodes nor looks after its meeting, so it is the least that a bot of that kind costs. `onlookers` are the same
 * pages once they hand on nothing.
 *
 * `side_by_side` has a few of each kind in the meeting at the same time, so that both ran on the same machine in the same seconds;
 * processors of hired machines vary by more from minute to minute than what is to be compared.
 *
 * `packets` are those of the three that all bots heard, and those missing between the first and the last of a voice by the voice's
 * own clock: a machine that is short of time may be late, and may lose none.
 *
 * Requests for keyframes and for lost packets are counted by the forwarding unit over the whole stay, for each bot and for
 * each of those who came as any visitor does. On a machine that is saturated (`busy_share` near 1) processor figures tell
 * little: work is put off, and what runs runs slower.
 */
export const bot: Bench = {
  measures: `bots in one browser with three people with cameras of ${CAMERA} each, ${MEASURE_MS / SECOND} s for each of ${STEPS.join(', ')} bots, then the peers' way`,
  async run() {
    await using parts = new AsyncDisposableStack();
    const fixture = parts.use(await openFixture({ MAX_BOTS: '64', BOTS_PER_BROWSER: '64' }));
    const room = fixture.lab.createRoom({ face: 'web', keepsGuestsApart: true, variants: ['forwarder'] });
    const camera = cameraOf(CAMERA);
    const people = await Promise.all(PEOPLE.map((name) => room.join({ name, camera, isCrowd: true })));
    const talking = new AbortController();
    const talk = converse(people, talking.signal);
    // Should the bots not come in, that is what is told.
    talk.catch(() => {});

    const botIds: string[] = [];
    const bots = ourWay(fixture, room, botIds);
    const ours = await measureSteps(bots);
    const packets = packetsOf(fixture, botIds);
    const asked = requestsOf(room, 'Bot');
    const present = namesOf(room, 'Bot');
    for (const name of present.slice(SIDE_BY_SIDE)) room.host.remove(name);
    await bots.bring(Math.max(0, SIDE_BY_SIDE - present.length));
    const side_by_side = await measureBoth(fixture.lab, { room, bots });
    for (const name of namesOf(room, 'Bot')) room.host.remove(name);
    const peers = parts.use(await startPeersWay(fixture.lab, room));
    const theirs = await measureSteps(theirWay(peers));
    const requests_per_receiver = { bot: asked, participant: requestsOf(room, 'Peer') };
    await peers.stopCapture();
    const onlookers = await measure(STEPS.at(-1) ?? 0, [peers.pid]);
    talking.abort();
    await talk;
    return {
      ...ours.at(-1),
      peer_way: theirs.at(-1),
      side_by_side,
      onlookers,
      requests_per_receiver,
      packets,
      steps: ours,
      peer_steps: theirs,
    };
  },
};

async function measureSteps({ bring, processes }: Way): Promise<Figures[]> {
  const figures: Figures[] = [];
  let count = 0;
  for (const bots of STEPS) {
    await bring(bots - count);
    count = bots;
    figures.push(await measure(bots, await processes()));
  }
  return figures;
}

/** The bots that are there, and as many of the peers' in a browser of their own. */
async function measureBoth(lab: Lab, { room, bots }: { room: Room; bots: Way }) {
  await using peers = await startPeersWay(lab, room);
  const other = theirWay(peers);
  await other.bring(SIDE_BY_SIDE);
  await pause(SETTLE_MS);
  const roots = [await bots.processes(), await other.processes()];
  const [ours, theirs] = await Promise.all(roots.map((each) => measureNow(SIDE_BY_SIDE, each)));
  const ratio = round((ours?.cpu_cores_per_bot ?? 0) / (theirs?.cpu_cores_per_bot ?? 0), 2);
  return { bots: SIDE_BY_SIDE, bot: ours?.cpu_cores_per_bot, peer: theirs?.cpu_cores_per_bot, ratio };
}

async function measure(bots: number, roots: readonly number[]): Promise<Figures> {
  await pause(SETTLE_MS);
  return measureNow(bots, roots);
}

function ourWay({ scheduler, media }: Fixture, room: Room, botIds: string[]): Way {
  let count = 0;
  return {
    async bring(more) {
      // One after another, as people come.
      for (let made = 0; made < more; made += 1) {
        const { botId } = scheduler.order({ meetingUrl: room.link, botName: `Bot ${++count}` });
        botIds.push(botId);
        await media.moments.until(() => media.framesOf(botId).length > 0, 'sound for a bot', 60_000);
      }
    },
    processes: () => childrenWith(process.pid, 'joiner/src/browser/child.ts'),
  };
}

function theirWay(peers: PeersWay): Way {
  let count = 0;
  return {
    async bring(more) {
      for (let made = 0; made < more; made += 1) await peers.join(`Peer ${++count}`, PEOPLE.length);
      await peers.hear();
    },
    processes: () => Promise.resolve([peers.pid]),
  };
}

/** Each of the three sends a packet every 20 ms, which is 960 ticks, for as long as it is there. */
function packetsOf({ media }: Fixture, botIds: readonly string[]): { heard: number; missing: number } {
  let [heard, missing] = [0, 0];
  for (const botId of botIds) {
    const last = new Map<string, number>();
    for (const { trackId, rtpTimestamp } of media.framesOf(botId)) {
      heard += 1;
      // The clock wraps around.
      missing += ((rtpTimestamp - (last.get(trackId) ?? rtpTimestamp - 960)) | 0) / 960 - 1;
      last.set(trackId, rtpTimestamp);
    }
  }
  return { heard, missing };
}
