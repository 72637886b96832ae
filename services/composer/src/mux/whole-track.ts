import { rename, rm } from 'node:fs/promises';
import type { MediaFrame, TrackCodec } from './frame.ts';
import { PacketFile } from './packet-file.ts';

/** A longer pause is a camera that is off. */
const LONGEST_PAUSE_MS = 3000;
/** How long a last frame is shown. */
const LAST_FRAME_MS = 40;

export interface WholeTrack {
  /** When it showed something, milliseconds of the recording. */
  readonly shown: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Its pictures' sizes in pixels, each from its time on. */
  readonly sizes: readonly { readonly fromMs: number; readonly width: number; readonly height: number }[];
  readonly frames: number;
}

/**
 * Writes a track of video into one file whose times are the recording's. Its first picture stands at zero as well, since what reads the file
 * takes its beginning for zero. What continues nothing is dropped to the next key frame. The file is there when it is
 * whole. Answers undefined where there is no picture.
 */
export async function muxWholeTrack(
  frames: AsyncIterable<MediaFrame>,
  { path, codec }: { path: string; codec: TrackCodec },
): Promise<WholeTrack | undefined> {
  const unfinished = `${path}.part`;
  const shown: { fromMs: number; toMs: number }[] = [];
  const sizes: { fromMs: number; width: number; height: number }[] = [];
  let file: PacketFile | undefined;
  let count = 0;
  let isBroken = true;
  try {
    for await (const frame of frames) {
      isBroken = (isBroken || frame.isAfterGap) && !frame.isKey;
      if (isBroken) continue;
      const { atUs, width, height } = frame;
      const atMs = Math.round(atUs / 1000);
      if (!file) {
        const size = width > 0 && height > 0 ? { size: { width, height } } : {};
        file = await PacketFile.create({ path: unfinished, codec, ...size, originUs: 0 });
        if (atUs > 0) await file.add({ ...frame, atUs: 0 });
      }
      await file.add(frame);
      count++;
      note(shown, atMs);
      const last = sizes.at(-1);
      if (width > 0 && height > 0 && (last?.width !== width || last.height !== height))
        sizes.push({ fromMs: atMs, width, height });
    }
    if (!file) return undefined;
    await file.finish(LAST_FRAME_MS * 1000);
  } catch (error) {
    await file?.cancel();
    await rm(unfinished, { force: true });
    throw error;
  }
  await rename(unfinished, path);
  return { shown, sizes, frames: count };
}

function note(shown: { fromMs: number; toMs: number }[], atMs: number): void {
  const last = shown.at(-1);
  const toMs = atMs + LAST_FRAME_MS;
  if (last && atMs - last.toMs <= LONGEST_PAUSE_MS) last.toMs = Math.max(last.toMs, toMs);
  else shown.push({ fromMs: atMs, toMs });
}
