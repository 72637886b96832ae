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

/** What a camera that sees one colour sends, in VP8: a key frame and two seconds of others. */
export async function cameraOf(colour: string): Promise<Buffer[]> {
  const source = ['-f', 'lavfi', '-i', `color=${colour}:size=640x360:rate=25`, '-t', '2'];
  const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '1000', '-f', 'ivf', 'pipe:1'];
  const { stdout } = await run('ffmpeg', ['-v', 'error', ...source, ...vp8], { encoding: 'buffer' });
  const frames: Buffer[] = [];
  for (let at = 32; at + 12 <= stdout.length; at += 12 + stdout.readUInt32LE(at))
    frames.push(stdout.subarray(at + 12, at + 12 + stdout.readUInt32LE(at)));
  return frames;
}

interface Sender {
  readonly change: VideoTrackChange;
  readonly frames: readonly Buffer[];
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
        const payload = sender.frames[sender.index]!;
        // Over and over: it is one colour.
        sender.index = sender.index + 1 < sender.frames.length ? sender.index + 1 : 1;
        const size = { width: 640, height: 360, afterGap: false };
        const frame: TrackFrame = { atUs: Math.round(atMs * 1000), payload, keyFrame, ...size };
        yield {
          message: { $case: 'frame', value: { trackId: sender.change.trackId, codec: VideoCodec.VP8, frame } },
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
    add(trackId: string, frames: readonly Buffer[], source: VideoSource, participantId = '') {
      senders.set(trackId, { change: { trackId, source, participantId, atMs: 0, ended: false }, frames, index: 0 });
    },
    remove: (trackId: string) => void senders.delete(trackId),
    async [Symbol.asyncDispose]() {
      meeting.isOver = true;
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}
