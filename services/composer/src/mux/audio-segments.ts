import { join } from 'node:path';
import type { Presence } from '../domain/presences.ts';
import type { AudioFile, AudioFileOptions, AudioFrame } from './audio-file.ts';
import { SHORTEST_US } from './opus-timeline.ts';

/** What was heard of somebody in one stay, in a file. */
export interface AudioSegment {
  readonly index: number;
  readonly path: string;
  /** Of the recording. */
  readonly offsetMs: number;
  readonly durationMs: number;
}

export interface AudioSegmentsOptions {
  readonly folder: string;
  readonly name: string;
  /** In order. */
  readonly presences: readonly Presence[];
  readonly create: (options: AudioFileOptions) => Promise<AudioFile>;
  readonly signal: AbortSignal;
}

/**
 * Writes what was heard in each stay into a file, as long as the stay, and yields it once it is whole. A stay in which nothing was heard
 * has none.
 */
export async function* writeAudioSegments(
  frames: AsyncIterable<AudioFrame>,
  { folder, name, presences, create, signal }: AudioSegmentsOptions,
): AsyncGenerator<AudioSegment> {
  let open: { readonly file: AudioFile; readonly originUs: number; readonly path: string } | undefined;
  let [place, index] = [0, 0];
  const close = async (toUs: number): Promise<AudioSegment | undefined> => {
    if (!open) return undefined;
    const { file, originUs, path } = open;
    const endUs = await file.finish(toUs);
    open = undefined;
    const offsetMs = Math.round(originUs / 1000);
    return { index: index++, path, offsetMs, durationMs: Math.round((endUs - originUs) / 1000) };
  };
  try {
    for await (const frame of frames) {
      for (; frame.atUs >= (presences[place]?.untilUs ?? Infinity); place++) {
        const segment = await close(presences[place]?.toUs ?? 0);
        if (segment) yield segment;
      }
      if (!open) {
        const originUs = originOf(frame, presences[place]?.fromUs ?? frame.atUs);
        const path = join(folder, `${name}-${index}`);
        open = { path, originUs, file: await create({ path, originUs, signal }) };
      }
      await open.file.add(frame);
    }
    const last = await close(presences[place]?.toUs ?? 0);
    if (last) yield last;
  } finally {
    await open?.file.cancel();
  }
}

/** As near to where a stay begins as lets its first packet lie exactly where it belongs. */
function originOf({ atUs }: AudioFrame, fromUs: number): number {
  return atUs - Math.max(0, Math.floor((atUs - fromUs) / SHORTEST_US)) * SHORTEST_US;
}
