import { ArtifactInfo, ArtifactKind, ArtifactState } from '@earshot/contract/media/v1/artifacts.ts';
import { CompositionKind, CompositionState } from '@earshot/contract/composer/v1/composer.ts';
import type { MediaPlan } from '@earshot/contract/common/v1/media_plan.ts';
import { Bot, type BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openFixture, type Fixture } from '../media-streamer/fixture.ts';
import { batchesOf, framesOf, joined, Stream } from '../media-streamer/joiner.ts';
import { packetsOf } from '../media-streamer/sound.ts';
import { startFakeComposer } from './fake-composer.ts';
import { openGateway } from './open-gateway.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const END_MS = 2000;
/** What is read of the answers. */
interface Body {
  video_url: string;
  audio_url: string;
  participants: { streams: { segments: { url: string }[] }[] }[];
  chunks: { startByte: number; endByte: number; sampleRate: number }[];
  audioFilePath: string;
  totalFileSize: number;
}

let parts: AsyncDisposableStack;
let fixture: Fixture;
let composer: Awaited<ReturnType<typeof startFakeComposer>>;
let gateway: Awaited<ReturnType<typeof openGateway>>;
const bot = {
  media: undefined as MediaPlan | undefined,
  state: 'BOT_STATE_DONE' as BotState,
  erasedAt: undefined as Date | undefined,
};
const usual = { ...bot };

/** The public routes before a real media-streamer with a finished recording, and a composer that says what a test says. */
beforeAll(async () => {
  parts = new AsyncDisposableStack();
  fixture = parts.use(await openFixture());
  const stream = new Stream(fixture.client, fixture.startOf());
  const batches = batchesOf(framesOf('t1', packetsOf('hum')), END_MS);
  batches[1]!.participants = [joined('p1', 'Jane Doe', { trackIds: ['t1'] })];
  batches[60]!.speaking = [{ atMs: 1000, participantIds: ['p1'] }];
  stream.send(batches);
  stream.finish(END_MS);
  await stream.ended;
  composer = parts.use(await startFakeComposer());
  const scheduler = {
    async getBot({ botId, accountId }: { botId: string; accountId: string }) {
      if (accountId !== 'account') throw new AppError('permission-denied', 'the bot belongs to another account');
      const { media, ...rest } = bot;
      const timeline = [{ state: 'BOT_STATE_RECORDING' as const, at: new Date(Date.UTC(2026, 0, 1)) }];
      return Bot.fromPartial({ botId, accountId, timeline, ...rest, spec: media ? { media } : {} });
    },
  };
  gateway = parts.use(
    await openGateway({
      scheduler,
      media: fixture.client,
      composer: composer.client,
      limits: { failedKeysPerMinute: 1e4 },
    }),
  );
});
afterAll(() => parts.disposeAsync());
afterEach(() => {
  Object.assign(bot, usual);
  composer.clear();
  composer.state.refusal = undefined;
  composer.composed.splice(0);
});

async function ask(
  path: string,
  { method = 'GET', key = 'account', body }: { method?: string; key?: string; body?: object } = {},
) {
  const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
  const answer = await gateway.ask(`/api/v1/bots/${fixture.botId}/${path}`, { method, key, ...init });
  return { status: answer.status, body: (await answer.json()) as Body };
}

async function store(artifact: Partial<ArtifactInfo>, content: string): Promise<void> {
  async function* requests() {
    const value = ArtifactInfo.fromPartial({ botId: fixture.botId, state: ArtifactState.READY, ...artifact });
    yield { message: { $case: 'artifact' as const, value } };
    yield { message: { $case: 'chunk' as const, value: Buffer.from(content) } };
  }
  for await (const _ of fixture.client.storeArtifact(requests()));
}

const download = (url: string, headers: Record<string, string> = {}) =>
  fetch(url.replace('https://earshot.example', gateway.origin), { headers });
const plan = (over: Partial<MediaPlan>): MediaPlan => ({
  ...{
    layout: 'VIDEO_LAYOUT_UNSPECIFIED',
    separateAudio: false,
    separateVideo: false,
    liveVideo: false,
    voice: undefined,
    liveAudio: undefined,
    speechEvents: false,
    chatEvents: false,
  },
  ...over,
});
const videoOf = (layout: 'VIDEO_LAYOUT_GRID' | 'VIDEO_LAYOUT_SPEAKER') => ({
  ...{ botId: fixture.botId, kind: CompositionKind.VIDEO, layout },
});
const grid = () => videoOf('VIDEO_LAYOUT_GRID');
const coming = (stage: string, progress: number, status = 'video_status') => ({
  ...{ status: 202, body: { [status]: 'in_progress', stage, progress, message: expect.stringContaining(stage) } },
});

it('gives the video that was ordered once it is there, by a link with byte ranges and a name', async () => {
  bot.media = plan({ layout: 'VIDEO_LAYOUT_GRID' });
  bot.state = 'BOT_STATE_RECORDING';
  expect(await ask('get_video')).toEqual(coming('in_meeting', 0));
  bot.state = 'BOT_STATE_PROCESSING';
  expect(await ask('get_video')).toEqual(coming('waiting', 0));
  composer.set(grid(), { state: CompositionState.QUEUED });
  expect(await ask('get_video')).toEqual(coming('queued', 0));
  composer.set(grid(), { state: CompositionState.RUNNING, progress: 0.333 });
  expect(await ask('get_video')).toEqual(coming('composing', 0.33));
  const video = { kind: ArtifactKind.VIDEO, contentType: 'video/mp4', width: 1280, height: 720 };
  await store({ ...video, artifactId: 'video-grid', durationMs: 2000, frames: 50, droppedFrames: 1 }, '0123456789');
  composer.set(grid(), { state: CompositionState.READY, progress: 1, artifactId: 'video-grid' });
  const { status, body } = await ask('get_video');
  expect([status, body]).toEqual([
    200,
    {
      video_url: expect.stringMatching(/^https:\/\/earshot\.example\/artifacts\/.+\/video\.mp4$/),
      video_info: {
        ...{ duration: 2, size_mb: 0, resolution: '1280x720', fps: 25, frames_processed: 50, corrupted_frames: 1 },
      },
    },
  ]);
  const part = await download(body.video_url, { range: 'bytes=2-5' });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-5/10', '2345']);
  expect(part.headers.get('content-disposition')).toBe(`inline; filename="video.mp4"; filename*=UTF-8''video.mp4`);
  expect(part.headers.get('content-type')).toBe('video/mp4');
  // The name is no part of what is signed, and says nothing that we did not.
  const renamed = await download(body.video_url.replace('video.mp4', 'a%22%0d%0ax.exe'));
  expect([renamed.status, renamed.headers.get('content-disposition')]).toEqual([200, null]);
  expect((await download(body.video_url.replace('video-grid', 'video-other'))).status).toBe(403);
  expect((await ask('get_video', { key: 'other' })).status).toBe(403);
  bot.erasedAt = new Date();
  expect((await ask('get_video')).status).toBe(404);
});

it('answers 404 for a video that there will not be, with the reason', async () => {
  expect(await ask('get_video')).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining('not ordered') },
  });
  bot.media = plan({ layout: 'VIDEO_LAYOUT_GRID' });
  composer.set(grid(), { state: CompositionState.FAILED, detail: 'no room' });
  expect(await ask('get_video')).toMatchObject({ status: 404, body: { message: expect.stringContaining('no room') } });
  composer.set(grid(), { state: CompositionState.SKIPPED, detail: 'nothing was recorded' });
  expect((await ask('get_video')).status).toBe(404);
  bot.state = 'BOT_STATE_FAILED';
  composer.clear();
  expect((await ask('get_video')).status).toBe(404);
  expect(await ask('get_video?layout=round')).toMatchObject({ status: 400, body: { errors: [{ field: 'layout' }] } });
});

it('composes another layout later, which get_video gives by its name', async () => {
  expect(await ask('compose', { method: 'POST', body: { layout: 'mosaic' } })).toMatchObject({ status: 400 });
  expect((await ask('compose', { method: 'POST' })).status).toBe(400);
  for (const state of ['BOT_STATE_RECORDING', 'BOT_STATE_PROCESSING'] as const) {
    bot.state = state;
    expect((await ask('compose', { method: 'POST', body: { layout: 'speaker_view' } })).status).toBe(409);
  }
  bot.state = 'BOT_STATE_DONE';
  expect(await ask('compose', { method: 'POST', body: { layout: 'speaker_view' } })).toEqual({
    status: 202,
    body: {
      bot_id: fixture.botId,
      composition: {
        ...{ kind: 'video', layout: 'speaker_view', status: 'queued', progress: 0, detail: null },
        ...{ created_at: new Date(0).toISOString(), finished_at: null },
      },
    },
  });
  const speaker = videoOf('VIDEO_LAYOUT_SPEAKER');
  expect(composer.composed).toEqual([speaker]);
  expect(await ask('get_video?layout=speaker_view')).toEqual(coming('queued', 0));
  expect((await ask('get_video?layout=grid_view')).status).toBe(404);
  const video = { kind: ArtifactKind.VIDEO, contentType: 'video/mp4' };
  await store({ ...video, artifactId: 'video-speaker' }, 'speaker');
  composer.set(speaker, { state: CompositionState.READY, artifactId: 'video-speaker' });
  for (const path of ['get_video', 'get_video?layout=speaker_view']) {
    const { body } = await ask(path);
    expect(await (await download(body.video_url)).text()).toBe('speaker');
  }
  composer.state.refusal = 'resource-exhausted';
  expect((await ask('compose', { method: 'POST', body: { layout: 'grid_view' } })).status).toBe(429);
  composer.state.refusal = 'unavailable';
  expect((await ask('get_video')).status).toBe(503);
});

it('gives each webcam, screen share and voice as a file', async () => {
  expect((await ask('get_recording_streams')).status).toBe(404);
  bot.media = plan({ separateAudio: true, separateVideo: true });
  const separate = (kind: CompositionKind) => ({
    botId: fixture.botId,
    kind,
    layout: 'VIDEO_LAYOUT_UNSPECIFIED' as const,
  });
  expect(await ask('get_audio_streams')).toEqual(coming('waiting', 0, 'audio_status'));
  composer.set(separate(CompositionKind.SEPARATE_VIDEO), { state: CompositionState.RUNNING, progress: 0.5 });
  expect(await ask('get_recording_streams')).toEqual(coming('composing', 0.5));
  const jane = { participantId: 'p1', participantName: 'Jane Doe', contentType: 'video/webm', durationMs: 1500 };
  await store({ ...jane, artifactId: 'webcam-0-0', kind: ArtifactKind.WEBCAM, trackId: 'cam', codec: 'vp8' }, 'cam');
  await store(
    { ...jane, artifactId: 'screen-0-0', kind: ArtifactKind.SCREEN_SHARE, trackId: 's', codec: 'vp9' },
    'screen',
  );
  composer.set(separate(CompositionKind.SEPARATE_VIDEO), { state: CompositionState.READY, artifactId: '' });
  const { body } = await ask('get_recording_streams');
  expect(body).toMatchObject({
    ...{ bot_id: fixture.botId, video_status: 'Success', recording_streams_available: true },
    participants: [{ participant_name: 'Jane Doe', streams: [{ segments: [{ filename: 'Jane_Doe_webcam_0.webm' }] }] }],
    screenshares: [{ streams: [{ segments: [{ duration_seconds: 1.5, codec: 'vp9' }] }] }],
    summary: { total_participants: 1, total_screenshares: 1, total_segments: 2 },
  });
  const kept = await download(body.participants[0]!.streams[0]!.segments[0]!.url);
  expect([kept.headers.get('content-disposition'), await kept.text()]).toEqual([
    expect.stringContaining('filename="Jane_Doe_webcam_0.webm"'),
    'cam',
  ]);
  composer.set(separate(CompositionKind.SEPARATE_AUDIO), { state: CompositionState.SKIPPED, detail: 'nobody spoke' });
  expect(await ask('get_audio_streams')).toMatchObject({
    status: 200,
    body: { audio_streams_available: false, participants: [], message: 'There are none: nobody spoke' },
  });
});

it('has the mix made as Opus when it is asked for first, and not by a HEAD', async () => {
  const opus = { botId: fixture.botId, kind: CompositionKind.MIXED_OPUS, layout: 'VIDEO_LAYOUT_UNSPECIFIED' as const };
  const head = await gateway.ask(`/api/v1/bots/${fixture.botId}/get_audio?format=opus`, {
    method: 'HEAD',
    key: 'account',
  });
  expect([head.status, composer.composed]).toEqual([202, []]);
  expect(await ask('get_audio?format=opus')).toEqual(coming('queued', 0, 'audio_status'));
  expect(composer.composed).toEqual([opus]);
  await store({ artifactId: 'mixed-opus', kind: ArtifactKind.MIXED_OPUS, contentType: 'audio/ogg' }, 'OggS');
  composer.set(opus, { state: CompositionState.READY, artifactId: 'mixed-opus' });
  const { body } = await ask('get_audio?format=opus');
  expect(body).toEqual({ audio_url: expect.stringMatching(/\/audio\.ogg$/), duration_seconds: END_MS / 1000 });
  expect(await (await download(body.audio_url)).text()).toBe('OggS');
  composer.set(opus, { state: CompositionState.FAILED, detail: 'no room' });
  expect(await ask('get_audio?format=opus')).toMatchObject({ status: 404 });
  expect((await ask('get_audio?format=mp3')).status).toBe(400);
  expect((await ask('get_audio')).body.audio_url).not.toContain('.ogg');
});

it('gives who spoke when, by bytes of the WAV that it links to', async () => {
  const { status, body } = await ask('get_speaker_timeline');
  expect(status).toBe(200);
  const [chunk] = body.chunks;
  expect(body.chunks).toHaveLength(1);
  expect(chunk).toMatchObject({ chunkIndex: 0, sampleRate: 48_000, speakerId: 'p1', speakerName: 'Jane Doe' });
  expect(chunk!.endByte).toBeLessThanOrEqual(body.totalFileSize - 44);
  const seconds = (bytes: number) => bytes / (chunk!.sampleRate * 2);
  expect([seconds(chunk!.startByte) > 0.5, seconds(chunk!.endByte)]).toEqual([true, 1]);
  const wav = await download(body.audioFilePath);
  expect([wav.headers.get('content-type'), wav.headers.get('content-length')]).toEqual([
    'audio/wav',
    String(body.totalFileSize),
  ]);
  await wav.body?.cancel();
});
