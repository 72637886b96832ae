import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VideoLayout } from '@earshot/contract/common/v1/media_plan.ts';
import { ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { TrackKind, VideoCodec, VideoSource, type VideoFrame } from '@earshot/contract/media/v1/video.ts';
import { eventually } from '@earshot/harness';
import { audioOnly } from '@earshot/kernel';
import { openFixture } from '../media-streamer/fixture.ts';
import { batchesOf, framesOf, joined, Stream } from '../media-streamer/joiner.ts';
import { packetsOf } from '../media-streamer/sound.ts';
import { VideoStream, videoBatchesOf, webcam } from '../media-streamer/video-joiner.ts';
import { filmed, type FilmCodec } from './film.ts';
import { openGround } from './fixture.ts';
import { startStandIns } from './stand-ins.ts';

const END_MS = 4100;
const codecs = { vp8: VideoCodec.VP8, vp9: VideoCodec.VP9, h264: VideoCodec.H264, av1: VideoCodec.AV1 };

it('makes files of what a joiner handed in, and has them kept by the media-streamer', async () => {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'earshot-packets-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const fixture = parts.use(await openFixture());
  const { botId, client } = fixture;
  await handIn(fixture);
  const plan = { ...audioOnly, layout: 'speaker', separateVideo: true } as const;
  const order = { plan, durationMs: 0, wav: Buffer.alloc(0), people: {}, tracks: [] };
  const { peers } = parts.use(await startStandIns(folder, order));
  const ground = parts.use(await openGround({ ...peers, media: fixture.config.rpcListen }));
  await using composer = await ground.start();
  await ground.publish(botId, { $case: 'tracksReady', value: { videoTracks: 4 } });
  const signal = AbortSignal.timeout(60_000);
  expect(await ground.factOf(botId, signal)).toMatchObject({
    $case: 'videoReady',
    value: { layout: VideoLayout.SPEAKER },
  });
  const areMade = async () =>
    (await composer.client.listCompositions({ botId })).compositions.every(
      ({ finishedAt }) => finishedAt !== undefined,
    );
  await eventually(areMade, { signal });

  const { artifacts } = await client.listArtifacts({ botId, kinds: [ArtifactKind.VIDEO, ArtifactKind.WEBCAM] });
  expect(artifacts.map(({ artifactId }) => artifactId).toSorted()).toEqual([
    'video-speaker',
    ...Array.from({ length: 4 }, (_, place) => `webcam-${place}-0`),
  ]);
  for (const { artifactId, codec, participantName, bytes, durationMs } of artifacts) {
    const chunks: Uint8Array[] = [];
    const request = { botId, artifact: Artifact.UNSPECIFIED, artifactId };
    for await (const { chunk } of client.readRecording(request)) chunks.push(chunk);
    const path = join(folder, artifactId);
    await writeFile(path, Buffer.concat(chunks));
    expect((await Promise.resolve(Buffer.concat(chunks))).length).toBe(bytes);
    expect(Math.abs(durationMs - 4000), artifactId).toBeLessThan(300);
    expect(execFileSync('sh', ['-c', 'ffmpeg -v error -i "$0" -f null - 2>&1', path], { encoding: 'utf8' })).toBe('');
    if (artifactId.startsWith('webcam')) expect(participantName).toBe(`Name of ${codec}`);
  }
}, 90_000);

/** A visit of four seconds: one voice, and a camera of each codec. */
async function handIn({ client, botId, startOf }: Awaited<ReturnType<typeof openFixture>>): Promise<void> {
  const audio = new Stream(client, startOf({ video: true }));
  await audio.resumed;
  const batches = batchesOf(framesOf('t1', packetsOf('glide')), END_MS);
  const people = (Object.keys(codecs) as FilmCodec[]).map((codec, place) =>
    joined(codec, `Name of ${codec}`, place === 0 ? { trackIds: ['t1'] } : {}),
  );
  batches[0]!.participants = people;
  audio.send(batches);
  const video = new VideoStream(client, { botId, epoch: 1 });
  await video.resumed;
  const frames = await Promise.all(
    (Object.keys(codecs) as FilmCodec[]).map(async (codec): Promise<VideoFrame[]> => {
      const film = { codec, width: 320, height: 180, fps: 15, fromMs: 0, toMs: 4000 };
      return (await filmed(film)).map(({ payload, keyFrame, atUs, width, height }) => ({
        ...{ trackId: `cam-${codec}`, codec: codecs[codec], payload, keyFrame, width, height },
        ...{ rtpTimestamp: Math.round((atUs * 90) / 1000), arrivedMs: Math.round(atUs / 1000) + 5 },
      }));
    }),
  );
  const tracks = (Object.keys(codecs) as FilmCodec[]).map((codec) =>
    webcam(`cam-${codec}`, { participantId: codec, source: VideoSource.WEBCAM }),
  );
  video.send(videoBatchesOf(frames.flat(), END_MS, tracks));
  video.finish(END_MS);
  audio.finish(END_MS);
  await Promise.all([video.ended, audio.ended]);
  const { tracks: stored } = await client.listTracks({ botId });
  expect(stored.filter(({ kind }) => kind === TrackKind.WEBCAM)).toHaveLength(4);
}
