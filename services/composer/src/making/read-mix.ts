import { Artifact, type ReadArtifactResponse } from '@earshot/contract/media/v1/media.ts';
import type { BotId } from '@earshot/kernel';
import type { MediaClient } from './maker.ts';

/** Before the samples of a WAV with one format and one data chunk. */
const WAV_HEADER_BYTES = 44;

export interface MixChunk {
  readonly pcm: Uint8Array;
  /** Of all samples, which share lies behind this chunk. */
  readonly share: number;
}

/** The samples of the recording: 16 bit little endian at 48 kHz, mono; whole ones. Throws what the media-streamer throws. */
export async function* readMix(
  media: Pick<MediaClient, 'readRecording'>,
  botId: BotId,
  signal: AbortSignal,
): AsyncGenerator<MixChunk> {
  const request = { botId, artifact: Artifact.MIXED_AUDIO, artifactId: '' };
  const answers: AsyncIterable<ReadArtifactResponse> = media.readRecording(request, { signal });
  let total = 0;
  let read = 0;
  let odd = Buffer.alloc(0);
  for await (const { totalBytes, chunk } of answers) {
    total = totalBytes || total;
    const header = Math.min(chunk.length, Math.max(0, WAV_HEADER_BYTES - read));
    read += chunk.length;
    const bytes = Buffer.concat([odd, chunk.subarray(header)]);
    const whole = bytes.length - (bytes.length % 2);
    odd = bytes.subarray(whole);
    if (whole > 0) yield { pcm: bytes.subarray(0, whole), share: total > 0 ? read / total : 0 };
  }
}
