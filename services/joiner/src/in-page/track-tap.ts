import type { FrameBatcher } from './frame-batcher.ts';
import { toLevel } from './level.ts';
import { now } from './now.ts';

const PCM_RATE = 48_000;

/** Reads decoded sound where encoded frames cannot be had: 48 kHz mono 16-bit. */
export function attachTrackTap(mediaTrack: MediaStreamTrack, track: number, batcher: FrameBatcher): void {
  readPcm(mediaTrack, ({ payload, level, rtpTimestamp }) =>
    batcher.frame({ track, codec: 'pcm-s16', level, rtpTimestamp, source: 0, arrivedAt: now(), payload }),
  );
}

/** Passes on a track's sound as 48 kHz mono 16-bit until it ends; the timestamp counts its samples. */
export function readPcm(
  mediaTrack: MediaStreamTrack,
  take: (sound: { payload: Uint8Array; level: number; rtpTimestamp: number }) => void,
): void {
  const reader = new MediaStreamTrackProcessor<AudioData>({ track: mediaTrack }).readable.getReader();
  let samples = 0;
  const read = async (): Promise<void> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const { pcm, level } = toPcm(value);
      value.close();
      take({ payload: new Uint8Array(pcm.buffer), level, rtpTimestamp: samples >>> 0 });
      samples += pcm.length;
    }
  };
  read().catch(() => {
    // The track has ended.
  });
}

function toPcm(audio: AudioData): { pcm: Int16Array<ArrayBuffer>; level: number } {
  const planes = Array.from({ length: audio.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(audio.numberOfFrames);
    audio.copyTo(plane, { planeIndex, format: 'f32-planar' });
    return plane;
  });
  const step = audio.sampleRate / PCM_RATE;
  const pcm = new Int16Array(Math.floor(audio.numberOfFrames / step));
  let energy = 0;
  for (let index = 0; index < pcm.length; index++) {
    const position = index * step;
    const left = Math.floor(position);
    const share = position - left;
    let sum = 0;
    for (const plane of planes) {
      const a = plane[left] ?? 0;
      sum += a + ((plane[left + 1] ?? a) - a) * share;
    }
    const mono = Math.max(-1, Math.min(1, sum / planes.length));
    energy += mono * mono;
    pcm[index] = Math.round(mono * 32767);
  }
  return { pcm, level: toLevel(Math.sqrt(energy / Math.max(1, pcm.length))) };
}
