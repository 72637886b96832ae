import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavHeader } from '@earshot/audio';
import type { ReadSpeechResponse } from '@earshot/contract/media/v1/media.ts';
import { MINUTE } from '@earshot/kernel';
import { partsWithin } from '../domain/missed-speech.ts';
import { SessionClock, type Interval } from '../domain/session-clock.ts';
import type { MediaClient } from './fetch-recording.ts';

const SAMPLE_RATE = 16_000;
const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
const SAMPLE_BYTES = 2;
const TIMEOUT_MS = 10 * MINUTE;
/** Providers end an utterance at a pause of 0.8 s; more silence than this would only be paid for. */
const LONGEST_PAUSE_MS = 1000;

/** One track's speech, as a file without its long silences. */
export interface FetchedTrack {
  readonly trackId: string;
  readonly path: string;
  /** Where the file's time lies on the recording's. */
  readonly clock: SessionClock;
}

export interface FetchedSpeech extends AsyncDisposable {
  /** None when no track has a known owner. */
  readonly tracks: readonly FetchedTrack[];
}

export interface FetchSpeechOptions {
  readonly signal: AbortSignal;
  /** The parts of a track that are wanted, also of one that is nobody's. Absent: everything, where tracks are somebody's. */
  readonly wantedOf?: (trackId: string) => readonly Interval[];
}

/** The tracks of a bot's recording as files of their own, which go when they are disposed. */
export async function fetchSpeech(
  media: Pick<MediaClient, 'readSpeech'>,
  botId: string,
  { signal, wantedOf }: FetchSpeechOptions,
): Promise<FetchedSpeech> {
  const directory = await mkdtemp(join(tmpdir(), 'earshot-speech-'));
  const tracks = new Map<string, TrackFile>();
  const dispose = async () => {
    for (const track of tracks.values()) await track.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const request = { botId, includeUnowned: wantedOf !== undefined };
    for await (const chunk of media.readSpeech(request, { signal, timeoutMs: TIMEOUT_MS })) {
      const { trackId } = chunk;
      const parts = wantedOf ? cutTo(chunk, wantedOf(trackId)) : [chunk];
      if (parts.length === 0) continue;
      let track = tracks.get(trackId);
      if (!track) {
        track = await TrackFile.create(trackId, join(directory, `${tracks.size}.wav`));
        tracks.set(trackId, track);
      }
      for (const { atMs, pcm } of parts) await track.append(atMs, pcm);
    }
    for (const track of tracks.values()) await track.finish();
    return { tracks: [...tracks.values()], [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

class TrackFile implements FetchedTrack {
  readonly trackId: string;
  readonly path: string;
  readonly clock = new SessionClock(SAMPLE_RATE);
  readonly #file: FileHandle;
  #bytes = 0;
  #endMs: number | undefined;

  constructor({ trackId, path, file }: { trackId: string; path: string; file: FileHandle }) {
    this.trackId = trackId;
    this.path = path;
    this.#file = file;
  }

  static async create(trackId: string, path: string): Promise<TrackFile> {
    const file = await open(path, 'w');
    await file.writeFile(headerOf(0));
    return new TrackFile({ trackId, path, file });
  }

  async append(atMs: number, pcm: Buffer): Promise<void> {
    const pauseMs = this.#endMs === undefined ? 0 : Math.min(LONGEST_PAUSE_MS, atMs - this.#endMs);
    if (pauseMs > 0) await this.#write(this.#endMs ?? 0, Buffer.alloc(samplesOf(pauseMs) * SAMPLE_BYTES));
    await this.#write(atMs, pcm);
    this.#endMs = atMs + (pcm.length / SAMPLE_BYTES / SAMPLE_RATE) * 1000;
  }

  /** Nothing more will come: the header gets the length. */
  async finish(): Promise<void> {
    const header = headerOf(this.#bytes);
    await this.#file.write(header, 0, header.byteLength, 0);
    await this.close();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(atMs: number, pcm: Buffer): Promise<void> {
    this.clock.sent(atMs, pcm.length / SAMPLE_BYTES);
    await this.#file.writeFile(pcm);
    this.#bytes += pcm.length;
  }
}

/** The wanted parts of a piece of speech. */
function cutTo({ atMs, pcm }: Pick<ReadSpeechResponse, 'atMs' | 'pcm'>, wanted: readonly Interval[]) {
  const whole = { startMs: atMs, endMs: atMs + pcm.length / SAMPLE_BYTES / SAMPLES_PER_MS };
  const byteAt = (ms: number) => Math.round((ms - atMs) * SAMPLES_PER_MS) * SAMPLE_BYTES;
  return partsWithin(whole, wanted).map(({ startMs, endMs }) => ({
    atMs: startMs,
    pcm: pcm.subarray(byteAt(startMs), byteAt(endMs)),
  }));
}

function headerOf(bytes: number): Uint8Array {
  return wavHeader({ sampleRate: SAMPLE_RATE, channels: 1, bytes });
}

function samplesOf(ms: number): number {
  return Math.round((ms * SAMPLE_RATE) / 1000);
}
