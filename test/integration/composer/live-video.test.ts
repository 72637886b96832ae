import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { VideoCodec, VideoSource } from '@earshot/contract/media/v1/video.ts';
import { createRpcClient } from '@earshot/rpc';
import { migrate } from '@earshot/db';
import { createEgress } from '@earshot/egress';
import { testDatabase } from '@earshot/harness';
import { FakeClock, silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { systemClock } from '@earshot/service';
import { expect, it, vi } from 'vitest';
import {
  claimLiveVideo,
  refuseLiveVideos,
  renewLiveVideo,
} from '../../../services/composer/src/actions/live-videos.ts';
import { CustomerStream } from '../../../services/composer/src/live/customer-stream.ts';
import { createLiveMeters } from '../../../services/composer/src/live/live-meters.ts';
import { runLiveSession } from '../../../services/composer/src/session/live-session.ts';
import { createLiveVideos } from '../../../services/composer/src/store/live-videos.ts';
import { openGround } from './fixture.ts';
import { startLiveCustomer, type Colour, type Received } from './live-customer.ts';
import { cameraOf, startLiveMeeting } from './live-meeting.ts';

vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const cameras = {
  ann: await cameraOf('red', VideoCodec.VP8),
  bob: await cameraOf('blue', VideoCodec.H264),
  screen: await cameraOf('green', VideoCodec.AV1),
  text: await cameraOf('white', VideoCodec.VP9),
};

/** What a file of all that came on one connection is: its streams, and whether anything is wrong with it. */
async function inspect({ pieces }: Received) {
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  const path = join(folder, 'received.mp4');
  await writeFile(path, Buffer.concat(pieces));
  const probing = ['-v', 'error', '-show_entries', 'stream=codec_name,width,height,sample_rate', '-of', 'json', path];
  const { streams } = JSON.parse((await run('ffprobe', probing)).stdout) as { streams: Record<string, unknown>[] };
  const { stderr } = await run('ffmpeg', ['-v', 'error', '-i', path, '-f', 'null', '-']);
  const lengths = await Promise.all(
    ['v', 'a'].map(async (kind) => {
      const args = ['-v', 'error', '-select_streams', kind, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path];
      const times = (await run('ffprobe', args)).stdout.trim().split('\n').map(parseFloat);
      return Math.max(...times) - Math.min(...times);
    }),
  );
  await rm(folder, { recursive: true });
  return { streams, stderr, lengths };
}

it('is played from its first fragment on, by turns of who speaks and shares, and goes on where its process is killed', async () => {
  const botId = randomUUID();
  await using customer = await startLiveCustomer();
  await using live = await startLiveMeeting({ [botId]: customer.url });
  await using ground = await openGround(live.peers);
  const first = await ground.start();
  live.add('cam-ann', cameras.ann, VideoSource.WEBCAM, 'ann');
  live.add('cam-bob', cameras.bob, VideoSource.WEBCAM, 'bob');
  live.meeting.speaker = 'ann';
  await ground.publishRecording(botId);
  const received = await customer.until(() => customer.connections[0]);
  const shows = (to: Received, colour: Colour, since = 0) =>
    customer.until(() => to.colours.find((each) => each.colour === colour && each.at >= since));
  await shows(received, 'red');
  const start = { type: 'video_stream_start', bot_id: botId, codec: 'h264', audio_codec: 'aac', container: 'fmp4' };
  const form = { width: 1280, height: 720, framerate: 25, audio_sample_rate: 44_100, audio_bitrate: '128k' };
  expect(received.texts[0]).toEqual({ ...start, ...form });

  live.meeting.speaker = 'bob';
  const spokeAt = performance.now();
  const switchedMs = (await shows(received, 'blue')).at - spokeAt;
  live.add('screen', cameras.screen, VideoSource.SCREEN_SHARE, 'ann');
  const sharedAt = performance.now();
  const latencyMs = (await shows(received, 'green')).at - sharedAt;
  live.add('text', cameras.text, VideoSource.SCREEN_SHARE, 'bob');
  await shows(received, 'white');
  live.remove('text');
  live.remove('screen');
  await shows(received, 'blue', sharedAt);
  const pausedAt = performance.now();
  live.meeting.isPaused = true;
  await shows(received, 'black', pausedAt);
  live.meeting.isPaused = false;
  await shows(received, 'blue', pausedAt);
  // Black at the beginning, while nothing was decoded yet; an encoder needs a picture or two from one colour to the other.
  const pure = received.colours.map(({ colour }) => colour).filter((colour) => colour !== 'other');
  const seen = pure.filter((colour, at) => colour !== pure[at - 1] && (at > 0 || colour !== 'black'));
  expect(seen).toEqual(['red', 'blue', 'green', 'white', 'blue', 'black', 'blue']);
  const ping = await customer.until(() => received.texts.find(({ type }) => type === 'video_latency_ping'));
  expect(ping).toEqual({ type: 'video_latency_ping', bot_id: botId, seq: 1, sent_at_ms: expect.any(Number) });

  await using _second = await ground.start();
  const killedAt = performance.now();
  await first.kill();
  await customer.until(() => customer.connections[1]);
  const takenOverMs = performance.now() - killedAt;
  const [, again] = customer.connections;
  await shows(again!, 'blue');
  expect(again!.texts[0]).toEqual({ ...start, ...form });
  live.meeting.isOver = true;
  await customer.until(() => again!.closedWith);
  expect(again!.closedWith).toBe(1000);
  const end = again!.texts.at(-1);
  expect(end).toEqual({ type: 'video_stream_end', bot_id: botId, duration_seconds: expect.any(Number) });
  expect(end!['duration_seconds']).toBeGreaterThan((killedAt - spokeAt) / 1000);
  for (const connection of [received, again!]) {
    expect(connection.pieces[0]!.toString('latin1', 4, 8)).toBe('ftyp');
    expect(connection.pieces.slice(1).every((piece) => piece.toString('latin1', 4, 8) === 'moof')).toBe(true);
    const { streams, stderr, lengths } = await inspect(connection);
    expect(stderr).toBe('');
    const sound = { codec_name: 'aac', sample_rate: '44100' };
    expect(streams).toMatchObject([{ codec_name: 'h264', width: 1280, height: 720 }, sound]);
    expect(Math.abs(lengths[0]! - lengths[1]!)).toBeLessThan(0.6);
  }
  process.stdout.write(`${JSON.stringify({ latencyMs, switchedMs, takenOverMs })}\n`);
});

it('drops whole fragments of a customer who reads nothing, and costs no more than what is kept for them', async () => {
  await using customer = await startLiveCustomer({ isSlow: true });
  await using egress = createEgress({ log: silentLog, allow: ['127.0.0.1'] });
  const about = { url: customer.url, botId: randomUUID() as BotId, init: Buffer.from('init'), egress, log: silentLog };
  await using stream = new CustomerStream({ ...about, clock: systemClock, onRoundTrip: () => {}, onRefused: () => {} });
  await customer.until(() => customer.connections[0]);
  const fragmentOf = (index: number) => Buffer.alloc(256 * 1024, index);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let index = 0; index < 400; index++) {
    stream.send(fragmentOf(index));
    if (index % 20 === 0) await setImmediate();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  // Of 100 MiB four are kept; what was dropped may lie there until it is collected.
  expect(stream.lostFragments).toBeGreaterThan(350);
  process.stdout.write(`${JSON.stringify({ lost: stream.lostFragments, mostMiB: Math.round(most / 1024 / 1024) })}\n`);
  customer.resume();
  const [received] = customer.connections;
  await customer.until(() => received!.pieces.find((piece) => piece.at(0) === 399 % 256));
  await stream.finish(60_000);
  await customer.until(() => received!.closedWith);
  expect(received!.closedWith).toBe(1000);
  expect(received!.texts.map(({ type }) => type)).toEqual(['video_stream_start', 'video_stream_end']);
  const [init, ...fragments] = received!.pieces;
  expect(init!.toString()).toBe('init');
  expect(fragments).toHaveLength(400 - stream.lostFragments);
  for (const fragment of fragments) expect(fragment.equals(fragmentOf(fragment[0]!))).toBe(true);
});

it('ends where nothing may be sent to the address, and leaves its place to others', async () => {
  await using live = await startLiveMeeting({});
  await using media = createRpcClient(MediaServiceService, live.peers.media, { service: 'composer' });
  await using egress = createEgress({ log: silentLog, allow: [] });
  const meters = createLiveMeters();
  const deps = { media, egress, meters, threads: 1, clock: systemClock, log: silentLog };
  const { signal } = new AbortController();
  const about = { botId: randomUUID() as BotId, url: 'ws://127.0.0.1:9/', startedAt: 0, signal };
  await expect(runLiveSession(deps, about)).resolves.toBeUndefined();
  expect(live.meeting.isOver).toBe(false);
});

it('is refused where nobody has room for it in time, and has one owner at a time', async () => {
  await using database = testDatabase('live');
  await migrate(database, resolve(import.meta.dirname, '../../../services/composer/src/store/migrations'));
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const deps = { liveVideos: createLiveVideos(database), clock };
  const bots = Array.from({ length: 3 }, () => randomUUID() as BotId);
  for (const botId of bots) {
    const video = { botId, accountId: 'account' as AccountId, at: clock.now() };
    await database.transaction((tx) => deps.liveVideos.add(tx, video));
    await clock.advance(1);
  }
  const began = clock.now();
  expect(await claimLiveVideo(deps, 'a')).toEqual({ botId: bots[0], accountId: 'account', startedAt: began });
  expect(await claimLiveVideo(deps, 'b')).toMatchObject({ botId: bots[1] });
  for (let second = 0; second < 19; second += 2) {
    await clock.advance(2000);
    expect(await renewLiveVideo(deps, bots[0]!, 'a')).toBe(true);
    if (second < 18) expect(await refuseLiveVideos(deps)).toEqual([]);
    // Its owner is gone, and another goes on with it.
    if (second === 8) expect(await claimLiveVideo(deps, 'c')).toMatchObject({ botId: bots[1], startedAt: began });
    if (second === 8) expect(await renewLiveVideo(deps, bots[1]!, 'b')).toBe(false);
    if (second > 8) expect(await renewLiveVideo(deps, bots[1]!, 'c')).toBe(true);
  }
  expect(await refuseLiveVideos(deps)).toEqual([bots[2]]);
  expect(await claimLiveVideo(deps, 'd')).toBeUndefined();
  await deps.liveVideos.end(bots[0]!, 'a');
  expect(await renewLiveVideo(deps, bots[0]!, 'a')).toBe(false);
});
