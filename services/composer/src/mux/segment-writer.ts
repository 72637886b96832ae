import { join } from 'node:path';
import { SECOND } from '@earshot/kernel';
import type { MediaFrame, TrackCodec } from './frame.ts';
import { PacketFile } from './packet-file.ts';
import { SegmentCutter } from './segment-cutter.ts';

/** How long the last frame of a segment lasts, and any before a pause, microseconds. */
const USUAL_FRAME_US = 40_000;
const LONGEST_FRAME_US = SECOND * 1000;

/** A stretch of a track without a break, in a file. */
export interface Segment {
  readonly index: number;
  readonly path: string;
  /** Of the recording. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly frames: number;
  /** Frames that came and could not be used, up to the next segment. */
  readonly unusedFrames: number;
  /** Of its largest frame, pixels. */
  readonly width: number;
  readonly height: number;
}

type Open = { -readonly [Name in keyof Segment]: Segment[Name] } & {
  readonly file: PacketFile;
  readonly beginUs: number;
  lastUs: number;
  frameUs: number;
};

/**
 * Writes the frames of a track of video into a file a segment, and yields each once it is whole; the next is written when whoever has it asks
 * for more, so that no more than two files are there at a time where they are removed.
 */
export async function* muxSegments(
  frames: AsyncIterable<MediaFrame>,
  { folder, name, codec }: { folder: string; name: string; codec: TrackCodec },
): AsyncGenerator<Segment> {
  const cutter = new SegmentCutter(codec);
  let open: Open | undefined;
  let index = 0;
  try {
    for await (const frame of frames) {
      const place = cutter.place(frame);
      if (place === 'begin') {
        if (open) yield await close(open);
        open = undefined;
        open = await begin(frame, { folder, name, codec, index: index++ });
      }
      if (open && place === 'drop') open.unusedFrames++;
      if (!open || place === 'drop') continue;
      note(open, frame);
      await open.file.add(frame);
    }
    const last = open;
    open = undefined;
    if (last) yield await close(last);
  } finally {
    await open?.file.cancel();
  }
}

async function begin(
  { atUs, width, height }: MediaFrame,
  { folder, name, codec, index }: { folder: string; name: string; codec: TrackCodec; index: number },
): Promise<Open> {
  const path = join(folder, `${name}-${index}`);
  const size = width > 0 && height > 0 ? { size: { width, height } } : {};
  return {
    ...{ index, path, offsetMs: Math.round(atUs / 1000), durationMs: 0, frames: 0, unusedFrames: 0, width, height },
    ...{ beginUs: atUs, lastUs: atUs, frameUs: USUAL_FRAME_US },
    file: await PacketFile.create({ path, codec, ...size, originUs: atUs }),
  };
}

function note(open: Open, { atUs, width, height }: MediaFrame): void {
  if (atUs > open.lastUs) open.frameUs = Math.min(LONGEST_FRAME_US, atUs - open.lastUs);
  open.lastUs = Math.max(open.lastUs, atUs);
  open.frames++;
  if (width * height > open.width * open.height) [open.width, open.height] = [width, height];
}

async function close(open: Open): Promise<Segment> {
  await open.file.finish(open.frameUs);
  const { index, path, offsetMs, frames, unusedFrames, width, height, lastUs, beginUs, frameUs } = open;
  const durationMs = Math.round((lastUs + frameUs - beginUs) / 1000);
  return { index, path, offsetMs, durationMs, frames, unusedFrames, width, height };
}
