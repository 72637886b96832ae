import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrackKind, type StoredTrack } from '@earshot/contract/media/v1/video.ts';
import type { GetParticipantsResponse } from '@earshot/contract/media/v1/media.ts';
import { canDecode } from '../ffmpeg/can-decode.ts';
import type { PictureFile } from '../ffmpeg/compose-pieces.ts';
import { AppError } from '@earshot/kernel';
import type { PictureSource, PictureTrack, Speech, Visit } from '../layout/visit.ts';
import type { TrackCodec } from '../mux/frame.ts';
import { muxWholeTrack, type WholeTrack } from '../mux/whole-track.ts';
import type { Making, MakingDeps } from './maker.ts';
import { readTrack } from './read-track.ts';

const sources: Partial<Readonly<Record<TrackKind, PictureSource>>> = {
  [TrackKind.WEBCAM]: 'webcam',
  [TrackKind.SCREEN_SHARE]: 'screen-share',
  [TrackKind.TAB]: 'tab',
};
/** Of 16 kHz, 16 bit: what ReadSpeech answers. */
const SPEECH_BYTES_A_MS = 32;
/** Speech that follows so soon is one. */
const SPEECH_PAUSE_MS = 300;

export interface FetchedVisit {
  readonly visit: Visit;
  /** Of the tracks that have pictures. */
  readonly files: readonly PictureFile[];
  readonly frames: number;
  readonly droppedFrames: number;
}

/** Reads all that a layout is made of; the packets of each track are written into a file, once for all attempts. */
export async function fetchVisit(deps: MakingDeps, making: Making): Promise<FetchedVisit> {
  const { botId } = making.job;
  const { durationMs, paused } = await deps.media.getRecording({ botId });
  const { tracks } = await deps.media.listTracks({ botId });
  const { participants } = await deps.media.getParticipants({ botId });
  const [pictures, files]: [PictureTrack[], PictureFile[]] = [[], []];
  const counts = { frames: 0, droppedFrames: 0 };
  for (const [place, track] of tracks.entries()) {
    const source = sources[track.kind];
    const fetched = source && (await fetchTrack(deps, making, { track, place }));
    if (!source || !fetched) continue;
    const { trackId: id, participantId: personId, codec } = track;
    pictures.push({ id, source, personId, shown: fetched.shown });
    files.push({ id, path: fetched.path, codec, sizes: fetched.sizes });
    counts.frames += fetched.frames;
    counts.droppedFrames += track.droppedFrames;
  }
  const people = participants.flatMap(({ participantId: id, name, stays }) =>
    stays.map(({ joinedMs: fromMs, leftMs }) => ({ id, name, fromMs, toMs: leftMs || durationMs })),
  );
  const speech = await fetchSpeech(deps, making, participants);
  return { visit: { durationMs, people, tracks: pictures, speech, paused }, files, ...counts };
}

/** Who speaks when: as the page marked it, else as their tracks have speech. */
async function fetchSpeech(
  { media }: MakingDeps,
  { job: { botId }, signal }: Making,
  participants: GetParticipantsResponse['participants'],
): Promise<Speech[]> {
  const { intervals } = await media.getSpeakerTimeline({ botId });
  if (intervals.length > 0)
    return intervals.map(({ participantId, fromMs, toMs }) => ({ personId: participantId, fromMs, toMs }));
  const owners = new Map(
    participants.flatMap(({ participantId, trackIds }) => trackIds.map((id) => [id, participantId])),
  );
  const speech: { personId: string; fromMs: number; toMs: number }[] = [];
  const last = new Map<string, { toMs: number }>();
  for await (const { trackId, atMs, pcm } of media.readSpeech({ botId, includeUnowned: false }, { signal })) {
    const personId = owners.get(trackId);
    if (personId === undefined) continue;
    const toMs = atMs + Math.round(pcm.length / SPEECH_BYTES_A_MS);
    const before = last.get(trackId);
    if (before && atMs - before.toMs <= SPEECH_PAUSE_MS) before.toMs = toMs;
    else {
      const one = { personId, fromMs: atMs, toMs };
      speech.push(one);
      last.set(trackId, one);
    }
  }
  return speech;
}

/** Undefined where it has no picture. */
async function fetchTrack(
  { media, log }: MakingDeps,
  { job: { botId }, kept, signal }: Making,
  { track, place }: { track: StoredTrack; place: number },
): Promise<(WholeTrack & { readonly path: string }) | undefined> {
  const codec = track.codec as TrackCodec;
  const folder = join(kept, 'tracks');
  await mkdir(folder, { recursive: true });
  const [path, about] = [join(folder, `${place}.packets`), join(folder, `${place}.json`)];
  const known = await readFile(about, 'utf8').catch(() => undefined);
  if (known !== undefined && (await isThere(path))) return { ...(JSON.parse(known) as WholeTrack), path };
  const frames = readTrack(media, { botId, trackId: track.trackId }, signal);
  const whole = await muxWholeTrack(frames, { path, codec }).catch(passUnreadable);
  if (!whole || !(await canDecode({ path, codec }, signal))) {
    log.warn('a track has no picture that can be read', { trackId: track.trackId, codec });
    return undefined;
  }
  await writeFile(`${about}.part`, JSON.stringify(whole));
  await rename(`${about}.part`, about);
  return { ...whole, path };
}

/** Packets that are none cannot be written into a file: what is thrown then is not ours. */
function passUnreadable(error: unknown): undefined {
  if (error instanceof AppError || (error as Error).name === 'AbortError') throw error;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
