import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
  type AudioCodec,
  type VideoCodec,
} from 'mediabunny';
import { AppError, SECOND } from '@earshot/kernel';
import type { MediaFrame, TrackCodec } from './frame.ts';
import { opusHead } from './opus-head.ts';

const US = 1000 * SECOND;

interface Form {
  /** As mediabunny calls it. */
  readonly name: VideoCodec | AudioCodec;
  /** As RFC 6381 and WebCodecs have it: what containers tell of it before the first packet; decoders read the packets. */
  readonly codec: string;
  readonly container: 'webm' | 'mp4';
}

const forms: Readonly<Record<Exclude<TrackCodec, 'pcm'>, Form>> = {
  opus: { name: 'opus', codec: 'opus', container: 'webm' },
  vp8: { name: 'vp8', codec: 'vp8', container: 'webm' },
  vp9: { name: 'vp9', codec: 'vp09.00.41.08', container: 'webm' },
  av1: { name: 'av1', codec: 'av01.0.08M.08', container: 'webm' },
  h264: { name: 'avc', codec: 'avc1.42e01f', container: 'mp4' },
};

export interface PacketFileOptions {
  readonly path: string;
  readonly codec: TrackCodec;
  /** Of its first frame, pixels; absent for audio. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Of audio. */
  readonly channels?: number;
  /** Where the file begins in the recording, microseconds. */
  readonly originUs: number;
}

/** What files of this codec are: `video/webm`, `video/mp4`, `audio/webm`. */
export function contentTypeOf(codec: TrackCodec): string {
  return `${codec === 'opus' ? 'audio' : 'video'}/${formOf(codec).container}`;
}

/** Packets as they came, in a file: WebM, or MP4 for H.264. Each is written once its length is known, which the next one tells. */
export class PacketFile {
  readonly #output: Output;
  readonly #source: EncodedVideoPacketSource | EncodedAudioPacketSource;
  readonly #meta: object;
  readonly #originUs: number;
  #waiting: MediaFrame | undefined;
  #isFirst = true;

  private constructor(options: PacketFileOptions) {
    const { codec, size, channels = 2, path, originUs } = options;
    const form = formOf(codec);
    this.#originUs = originUs;
    const format = form.container === 'mp4' ? new Mp4OutputFormat({ fastStart: false }) : new WebMOutputFormat();
    this.#output = new Output({ format, target: new FilePathTarget(path, { chunkSize: 1024 * 1024 }) });
    if (codec === 'opus') {
      const source = new EncodedAudioPacketSource('opus');
      this.#output.addAudioTrack(source);
      this.#source = source;
      const description = opusHead(channels);
      const decoderConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: channels, description };
      this.#meta = { decoderConfig };
      return;
    }
    const source = new EncodedVideoPacketSource(form.name as VideoCodec);
    this.#output.addVideoTrack(source);
    this.#source = source;
    const { width, height } = size ?? { width: 640, height: 360 };
    this.#meta = { decoderConfig: { codec: form.codec, codedWidth: width, codedHeight: height } };
  }

  static async create(options: PacketFileOptions): Promise<PacketFile> {
    const file = new PacketFile(options);
    await file.#output.start();
    return file;
  }

  /** Later than the one before it; what is not is laid right behind it. Resolves when there is room for the next. */
  async add(frame: MediaFrame): Promise<void> {
    const before = this.#waiting;
    if (before) {
      const atUs = Math.max(frame.atUs, before.atUs + 1000);
      await this.#write(before, atUs - before.atUs);
      this.#waiting = { ...frame, atUs };
    } else this.#waiting = frame;
  }

  /** Writes the rest; `lastUs` is how long its last frame lasts. */
  async finish(lastUs: number): Promise<void> {
    if (this.#waiting) await this.#write(this.#waiting, lastUs);
    this.#waiting = undefined;
    await this.#output.finalize();
  }

  /** Closes a file that nobody wants. */
  async cancel(): Promise<void> {
    if (this.#output.state === 'started') await this.#output.cancel();
  }

  async #write({ payload, isKey, atUs }: MediaFrame, lengthUs: number): Promise<void> {
    const at = (atUs - this.#originUs) / US;
    const packet = new EncodedPacket(payload, isKey ? 'key' : 'delta', at, lengthUs / US);
    await this.#source.add(packet, this.#isFirst ? this.#meta : undefined);
    this.#isFirst = false;
  }
}

function formOf(codec: TrackCodec): Form {
  if (codec === 'pcm') throw new AppError('invalid-argument', 'samples are no packets');
  return forms[codec];
}
