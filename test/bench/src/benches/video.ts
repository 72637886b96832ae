import { setTimeout as pause } from 'node:timers/promises';
import { VideoLayout } from '@earshot/contract/common/v1/media_plan.ts';
import { SECOND } from '@earshot/kernel';
import { openFixture } from '../../../integration/joiner/fixture.ts';
import type { Bench } from '../bench.ts';
import { childrenWith } from '../process-tree.ts';
import { measureCompose } from '../compose-cost.ts';
import { cameraOf, converse, MEASURE_MS, measureNow, namesOf, requestsOf, round, SETTLE_MS } from './measure-bots.ts';
import { startPeersWay } from './peers-way.ts';

/** Of each kind, at the same time: few enough for two cores not to be full. */
const BOTS = Number(process.env['BOTS'] ?? 2);
/** What the three send, as `640x360@15`. */
const CAMERA = process.env['CAMERA'] ?? '640x360@15';
const people = { Ann: 'VP8', Ben: 'VP9', Cat: 'H264' } as const;
const media = {
  layout: VideoLayout.GRID,
  separateAudio: false,
  separateVideo: true,
  liveVideo: false,
  voice: undefined,
  liveAudio: undefined,
  speechEvents: false,
  chatEvents: false,
};

/**
 * One meeting of three people who film themselves, each by another codec, through a forwarding unit, and bots that take their video: ours,
 * of which each encoded frame goes to what stands in for the media-streamer; and the same page in the same browser without our script,
 * which decodes, draws, films itself in 720p and encodes that (VP8, 15 frames a second), and reads the voices by WebAudio. Both are there
 * at the same time, so that they have the same machine in the same seconds. Measured are the trees of their browser processes.
 * `ratio` is ours to theirs, of processor time. `requests` are those for key frames and lost packets of the whole stay, for each
 * bot and for each of those who came as any visitor does. `frames` are those that all bots handed over, and those dropped on the way. `compose` is what composing a video
 * costs afterwards, when nobody is there any more.
 */
export const video: Bench = {
  measures: `${BOTS} bots that take video and as many that film their page, three cameras of ${CAMERA}, ${MEASURE_MS / SECOND} s`,
  run: async () => ({ ...(await measureMeeting()), compose: await measureCompose() }),
};

async function measureMeeting() {
  await using parts = new AsyncDisposableStack();
  const { lab, scheduler, media: streamer } = parts.use(await openFixture({ MAX_BOTS: '64', BOTS_PER_BROWSER: '64' }));
  const room = lab.createRoom({ face: 'web', keepsGuestsApart: true, variants: ['forwarder'] });
  const cameras = Object.entries(people).map(([name, codec]) => ({ name, camera: { ...cameraOf(CAMERA), codec } }));
  const filmed = await Promise.all(cameras.map((each) => room.join({ ...each, isCrowd: true })));
  const talking = new AbortController();
  const talk = converse(filmed, talking.signal);
  // Should the bots not come in, that is what is told.
  talk.catch(() => {});

  const botIds: string[] = [];
  for (let bot = 1; bot <= BOTS; bot += 1) {
    const { botId } = scheduler.order({ meetingUrl: room.link, botName: `Bot ${bot}`, media });
    botIds.push(botId);
    const tracks = () => new Set(streamer.video.framesOf(botId).map(({ trackId }) => trackId)).size;
    await streamer.moments.until(() => tracks() === filmed.length, 'video of everybody', 60_000);
  }
  const peers = parts.use(await startPeersWay(lab, room));
  for (let peer = 1; peer <= BOTS; peer += 1) await peers.join(`Peer ${peer}`, filmed.length);
  await peers.film();
  await pause(SETTLE_MS);
  const roots = [await childrenWith(process.pid, 'joiner/src/browser/child.ts'), [peers.pid]];
  const [ours, theirs] = await Promise.all(roots.map((each) => measureNow(BOTS, each)));
  const all = botIds.flatMap((botId) => streamer.video.framesOf(botId));
  const dropped = botIds.flatMap((botId) => streamer.video.gapsOf(botId)).reduce((sum, { frames }) => sum + frames, 0);
  const requests = { ...requestsOf(room, 'Bot'), visitor: requestsOf(room, 'Peer') };
  for (const name of namesOf(room, 'Bot')) room.host.remove(name);
  talking.abort();
  await talk;
  if (!ours || !theirs) throw new Error('nothing was measured');
  const { cpu_cores_per_bot, memory_mb_per_bot, busy_share } = ours;
  return {
    ...{ bots: BOTS, cpu_cores_per_bot, memory_mb_per_bot, busy_share },
    tab_capture: { cpu_cores_per_bot: theirs.cpu_cores_per_bot, memory_mb_per_bot: theirs.memory_mb_per_bot },
    ratio: round(cpu_cores_per_bot / theirs.cpu_cores_per_bot, 3),
    requests,
    frames: { taken: all.length, dropped },
  };
}
