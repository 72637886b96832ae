import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Screen } from '@earshot/demo';
import { decodeAudio, measureAvOffset, mediaErrors, picturesOf, probeMedia, type Fixture } from '@earshot/harness';
import { findPicture, readCounter, type Colour, type PicturesOptions } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import { screenColour, type Flash } from '@earshot/lab';
import { download } from '../download.ts';

/** When the screen was shared, milliseconds since 1970. */
export interface Shared {
  readonly from: number;
  readonly to: number;
}

interface VideoRun {
  readonly fixture: Fixture;
  readonly screen: Screen;
  readonly botId: string;
  readonly colours: ReadonlyMap<string, Colour>;
  readonly shared: Shared;
  readonly lastsMs: number;
  /** Ann's, as she made them. */
  readonly flashes: readonly Flash[];
}

type Check = { readonly check: string; readonly passed: boolean };

/** How far sound and picture may be apart in the composed video. */
const LARGEST_OFFSET_MS = 80;
/** What a flash and its beep may be apart where they are made, to be measured by. */
const LATEST_FLASH_MS = 15;
/** Of the picture's width, what a screen that is on top has at least. */
const SCREEN_SHARE = 0.6;

interface StreamSegment {
  readonly url: string;
  readonly filename: string;
  readonly duration_seconds: number;
}
interface Streams {
  readonly participants: readonly {
    participant_name: string;
    streams: readonly { segments: readonly StreamSegment[] }[];
  }[];
  readonly screenshares?: Streams['participants'];
}

/** Downloads everything and looks at it. */
export async function judgeVideo(run: VideoRun): Promise<Check[]> {
  const { fixture, botId } = run;
  const { api, customer } = fixture;
  const folder = process.env['KEEP_VIDEO'] ?? (await mkdtemp(join(tmpdir(), 'earshot-video-')));
  try {
    const path = `/bots/${botId}`;
    const { video_url: url, video_info: info } = (await api.request('GET', `${path}/get_video`)).body;
    const video = await download(url, folder, 'video.mp4');
    const events: string[] = customer.callbacks.map(({ body }) => body.event);
    const checks = [
      ...(await judgeFile(run, video, info)),
      ...(await judgePicture(run, video)),
      ...(await judgeStreams('get_recording_streams', { ...run, folder, of: ['Ann', 'Bob', 'Cleo'] })),
      ...(await judgeStreams('get_audio_streams', { ...run, folder, of: ['Ann', 'Bob', 'Cleo'] })),
      {
        check: `video.processed before bot.done: ${events.filter((event) => !event.startsWith('participant')).join(', ')}`,
        passed: events.includes('video.processed') && events.indexOf('video.processed') < events.indexOf('bot.done'),
      },
    ];
    const askedAt = performance.now();
    const deletion = await api.request('DELETE', `${path}/delete`);
    const tookMs = Math.round(performance.now() - askedAt);
    const gone = (await api.request('GET', `${path}/get_video`)).status;
    const link = (await fetch(url)).status;
    return [
      ...checks,
      {
        check: `deleted ${deletion.body.deleted_objects} objects in ${tookMs} ms; get_video answers ${gone}, the old link ${link}`,
        passed: deletion.status === 200 && gone === 404 && link === 404,
      },
    ];
  } finally {
    if (!process.env['KEEP_VIDEO']) await rm(folder, { recursive: true, force: true });
  }
}

async function judgeFile({ lastsMs }: VideoRun, video: string, info: { duration: number }): Promise<Check[]> {
  const { streams, durationMs } = await probeMedia(video);
  const errors = await mediaErrors(video);
  const codecs = streams
    .map(({ codec }) => codec)
    .toSorted()
    .join();
  return [
    { check: `the video is clean to ffmpeg${errors && `: ${errors.slice(0, 300)}`}`, passed: errors === '' },
    {
      check: `${codecs}, ${durationMs / SECOND} s of a meeting of ${lastsMs / SECOND} s; video_info ${JSON.stringify(info)}`,
      passed: codecs === 'aac,h264' && durationMs >= lastsMs && Math.abs(info.duration * SECOND - durationMs) < SECOND,
    },
  ];
}

async function judgePicture(run: VideoRun, video: string): Promise<Check[]> {
  const { colours, shared, fixture, botId, lastsMs, screen } = run;
  const details = (await fixture.api.request('GET', `/bots/${botId}/detail`)).body.bot_details;
  const startedAt = Date.parse(details.StartTime);
  const at = (ms: number) => ms - startedAt;
  const before = { fromMs: at(shared.from) - 4 * SECOND, lastsMs: SECOND, framesPerSecond: 4 };
  const during = { fromMs: (at(shared.from) + at(shared.to)) / 2, lastsMs: SECOND, framesPerSecond: 4 };
  // Near the end: nobody is killed so late.
  const after = { fromMs: at(shared.to) + lastsMs / 3 - 8 * SECOND, lastsMs: 2 * SECOND, framesPerSecond: 4 };
  const moving = [await movingIn(video, before, colours), await movingIn(video, after, colours)];
  let widest = 0;
  for await (const picture of picturesOf(video, during)) {
    const found = findPicture(picture, screenColour);
    widest = Math.max(widest, (found?.width ?? 0) / picture.width);
  }
  const offsets = await offsetsOf(run, video, { startedAt, untilMs: at(shared.from) });
  for (const { name, ms } of offsets)
    screen.line(`${name}: sound ${ms.map(Math.round).join(' ')} ms behind the picture`);
  const all = offsets.flatMap(({ ms }) => ms);
  const worst = all.length === 0 ? Number.NaN : all.toSorted((one, other) => Math.abs(other) - Math.abs(one))[0]!;
  return [
    {
      check: `everybody moves in it before the screen is shared (${moving[0]}) and after (${moving[1]})`,
      passed: moving.every((names) => names?.length === colours.size),
    },
    { check: `the screen has ${(widest * 100).toFixed(0)} % of the width`, passed: widest >= SCREEN_SHARE },
    {
      check: `sound and picture are ${Math.round(worst)} ms apart at most, in ${all.length} flashes (within ${LARGEST_OFFSET_MS})`,
      passed: all.length > 0 && Math.abs(worst) <= LARGEST_OFFSET_MS,
    },
  ];
}

/** Whose pictures are there, with numbers that rise. */
async function movingIn(
  video: string,
  options: PicturesOptions,
  colours: VideoRun['colours'],
): Promise<readonly string[]> {
  const numbers = new Map<string, number[]>();
  for await (const picture of picturesOf(video, options))
    for (const [name, colour] of colours) {
      const region = findPicture(picture, colour);
      const number = region && readCounter(picture, region);
      if (number !== undefined) numbers.set(name, [...(numbers.get(name) ?? []), number]);
    }
  return [...numbers].flatMap(([name, seen]) => ((seen.at(-1) ?? 0) > (seen[0] ?? 0) ? [name] : []));
}

/** Of Ann, who flashes, before the screen is shared, while everybody keeps their place. */
async function offsetsOf(
  { colours, flashes }: VideoRun,
  video: string,
  { startedAt, untilMs }: { startedAt: number; untilMs: number },
) {
  const colour = colours.get('Ann');
  let region;
  for await (const picture of picturesOf(video, { fromMs: untilMs - 3 * SECOND, lastsMs: SECOND, framesPerSecond: 4 }))
    region ??= colour && findPicture(picture, colour);
  if (!region) return [];
  const lastsMs = Math.min(untilMs, 120 * SECOND);
  const pictures = picturesOf(video, { fromMs: untilMs - lastsMs, lastsMs, region, width: 320 });
  const samples = await decodeAudio(video);
  const { offsets } = await measureAvOffset(pictures, [{ at: 0, sampleRate: 48_000, samples }]);
  // A busy machine keeps the thread waiting that makes one of the two: what was never together is not to be together here.
  const isTogether = (flashAt: number) =>
    flashes.some(({ at, lateMs }) => Math.abs(at - startedAt - flashAt) < SECOND && lateMs < LATEST_FLASH_MS);
  const measured = offsets.filter(({ flashAt }) => isTogether(flashAt));
  return [{ name: 'Ann', ms: measured.map(({ offsetMs }) => offsetMs) }];
}

async function judgeStreams(
  call: 'get_recording_streams' | 'get_audio_streams',
  { fixture, botId, folder, of }: VideoRun & { readonly folder: string; readonly of: readonly string[] },
): Promise<Check[]> {
  const answer = await fixture.api.request('GET', `/bots/${botId}/${call}`);
  const { participants = [], screenshares = [] }: Streams = answer.body;
  const faults: string[] = [];
  const files: string[] = [];
  for (const { participant_name: name, streams } of [...participants, ...screenshares])
    for (const segment of streams.flatMap(({ segments }) => segments)) {
      const path = await download(segment.url, folder, segment.filename);
      const { durationMs, streams: inside } = await probeMedia(path);
      const errors = await mediaErrors(path);
      files.push(`${name} ${inside.map(({ codec }) => codec).join()} ${(durationMs / SECOND).toFixed(1)} s`);
      if (errors) faults.push(`${segment.filename}: ${errors.slice(0, 200)}`);
    }
  const names = participants.map(({ participant_name: name }) => name);
  return [
    { check: `${call}: ${files.join(', ')}`, passed: of.every((name) => names.includes(name)) },
    {
      check: `${call}: every file is clean to ffmpeg${faults.map((fault) => `; ${fault}`).join('')}`,
      passed: faults.length === 0,
    },
    ...(call === 'get_recording_streams'
      ? [{ check: `${screenshares.length} screen share`, passed: screenshares.length >= 1 }]
      : []),
  ];
}
