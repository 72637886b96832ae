import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import {
  VideoCodec,
  type TrackFrame,
  type VideoSource,
  type VideoTrackChange,
  type WatchResponse,
} from '@earshot/contract/media/v1/video.ts';
import { Bot, BotServiceService, BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { openToAll } from '@earshot/harness';
import { AppError, silentLog } from '@earshot/kernel';
import { createRpcServer, type Handlers, type ServiceDefinition } from '@earshot/rpc';

const run = promisify(execFile);
const AUDIO_MS = 20;
const FRAME_MS = 40;

/** What a camera, or a screen, of one colour sends: a key frame and two seconds of others. */
export interface Camera {
  readonly codec: VideoCodec;
  readonly frames: readonly Buffer[];
}

const encoders: Partial<Record<VideoCodec, readonly string[]>> = {
  [VideoCodec.VP8]: ['-c:v', 'libvpx', '-deadline', 'realtime'],
  [VideoCodec.VP9]: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
  [VideoCodec.H264]: ['-c:v', 'libx264', '-tune', 'zerolatency', '-profile:v', 'baseline', '-x264-params', 'aud=1'],
  [VideoCodec.AV1]: ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0'],
};
/** An access unit delimiter, which every frame begins with; and what RTP leaves out of AV1. */
const delimiter = Buffer.from([0, 0, 0, 1, 9]);
const temporalDelimiter = Buffer.from([0x12, 0]);

export async function cameraOf(colour: string, codec: VideoCodec): Promise<Camera> {
  const source = ['-f', 'lavfi', '-i', `color=${colour}:size=640x360:rate=25`, '-t', '2', '-pix_fmt', 'yuv420p'];
  const format = codec === VideoCodec.H264 ? 'h264' : 'ivf';
  const args = ['-v', 'error', ...source, ...(encoders[codec] ?? []), '-g', '1000', '-f', format, 'pipe:1'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer' });
  const frames: Buffer[] = [];
  if (codec === VideoCodec.H264) {
    for (let at = 0, next = 0; next >= 0; at = next) {
      next = stdout.indexOf(delimiter, at + 1);
      frames.push(stdout.subarray(at, next < 0 ? undefined : next));
    }
    return { codec, frames };
  }
  for (let at = 32; at + 12 <= stdout.length; at += 12 + stdout.readUInt32LE(at)) {
    const frame = stdout.subarray(at + 12, at + 12 + stdout.readUInt32LE(at));
    const isMarked = codec === VideoCodec.AV1 && frame.subarray(0, 2).equals(temporalDelimiter);
    frames.push(isMarked ? frame.subarray(2) : frame);
  }
  return { codec, frames };
}

interface Sender {
  readonly change: VideoTrackChange;
  readonly camera: Camera;
  /** Of its next frame. */
  index: number;
}

/** A meeting that goes on as long as it is watched: a media-streamer that has it, and a scheduler that knows what was ordered. */
export async function startLiveMeeting(urls: Readonly<Record<string, string>>) {
  const began = performance.now();
  const nowMs = () => performance.now() - began;
  const senders = new Map<string, Sender>();
  const meeting = { speaker: '', isPaused: false, isOver: false, keyFramesAsked: 0 };
  const refuse = () => Promise.reject(new AppError('internal', 'not part of this test'));

  async function* watch(signal: AbortSignal): AsyncGenerator<WatchResponse> {
    const told = new Map<string, VideoTrackChange>();
    const startMs = nowMs();
    for (let tick = 0; !meeting.isOver && !signal.aborted; tick++) {
      const atMs = startMs + tick * AUDIO_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - nowMs())));
      for (const { change } of senders.values()) {
        if (told.has(change.trackId)) continue;
        told.set(change.trackId, change);
        yield { message: { $case: 'track', value: change } };
      }
      for (const [trackId, change] of told) {
        if (senders.has(trackId)) continue;
        told.delete(trackId);
        yield { message: { $case: 'track', value: { ...change, ended: true } } };
      }
      const { speaker, isPaused } = meeting;
      const tone = Int16Array.from({ length: 960 }, (_, index) =>
        speaker === '' || isPaused ? 0 : 8000 * Math.sin((2 * Math.PI * 440 * (tick * 960 + index)) / 48_000),
      );
      const audio = { atUs: Math.round(atMs * 1000), pcm: Buffer.from(tone.buffer), paused: isPaused };
      yield { message: { $case: 'audio', value: { ...audio, participantId: speaker, participantName: '' } } };
      if (tick % (FRAME_MS / AUDIO_MS) !== 0 || isPaused) continue;
      for (const sender of senders.values()) {
        const keyFrame = sender.index === 0;
        const { frames, codec } = sender.camera;
        const payload = frames[sender.index]!;
        // Over and over from a key frame on, as H.264 and AV1 count.
        sender.index = (sender.index + 1) % frames.length;
        const size = { width: 640, height: 360, afterGap: false };
        const frame: TrackFrame = { atUs: Math.round(atMs * 1000), payload, keyFrame, ...size };
        yield {
          message: { $case: 'frame', value: { trackId: sender.change.trackId, codec, frame } },
        };
      }
    }
  }

  const media: Partial<Handlers<typeof MediaServiceService>> = {
    async *watch(requests, { signal }) {
      const reading = requests[Symbol.asyncIterator]();
      const first = await reading.next();
      if (first.done || first.value.message?.$case !== 'start') throw new AppError('invalid-argument', 'no start');
      if (meeting.isOver) throw new AppError('not-found', 'it is over');
      void (async () => {
        for (let next = await reading.next(); !next.done; next = await reading.next()) {
          const { message } = next.value;
          if (message?.$case !== 'keyFrame') continue;
          meeting.keyFramesAsked++;
          const sender = senders.get(message.value.trackId);
          if (sender) sender.index = 0;
        }
      })().catch(() => {});
      yield* watch(signal);
    },
  };
  const scheduler: Partial<Handlers<typeof BotServiceService>> = {
    async findBot({ botId }) {
      const liveVideoSocketUrl = urls[botId] ?? '';
      const spec = BotSpec.fromPartial({ media: { liveVideo: true }, destinations: { liveVideoSocketUrl } });
      return Bot.fromPartial({ botId, accountId: 'account', spec });
    },
  };
  const servers: AsyncDisposable[] = [];
  const serve = async <D extends ServiceDefinition>(definition: D, known: Partial<Handlers<D>>) => {
    const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
    const handlers = new Proxy(known, { get: (target, name) => Reflect.get(target, name) ?? refuse });
    server.add(definition, handlers as Handlers<D>, openToAll(definition));
    servers.push(server);
    return `127.0.0.1:${await server.start()}`;
  };
  return {
    peers: { media: await serve(MediaServiceService, media), scheduler: await serve(BotServiceService, scheduler) },
    meeting,
    add(trackId: string, camera: Camera, source: VideoSource, participantId = '') {
      senders.set(trackId, { change: { trackId, source, participantId, atMs: 0, ended: false }, camera, index: 0 });
    },
    remove: (trackId: string) => void senders.delete(trackId),
    async [Symbol.asyncDispose]() {
      meeting.isOver = true;
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}
