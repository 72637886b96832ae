import { opusPacketSamples } from '@earshot/audio';
import type { MediaDeps } from '../actions/deps.ts';
import { findFinished, type Wanted } from '../actions/find-recording.ts';
import { tracksKey } from '../domain/blob-keys.ts';
import { SAMPLE_BYTES, SEGMENT_SAMPLES } from '../domain/recording.ts';
import { decodePackets, type TrackPacket } from '../domain/track-packets.ts';
import { readSegment } from '../record/read-segment.ts';

/** The packets of all audio tracks of a finished recording, segment by segment, each track's in order. Throws as `findFinished` does. */
export async function* readPackets(
  deps: Pick<MediaDeps, 'recordings' | 'blobs'>,
  wanted: Wanted,
): AsyncGenerator<TrackPacket[]> {
  const { botId, durableSamples } = await findFinished(deps, wanted);
  for (let index = 0; index * SEGMENT_SAMPLES < durableSamples; index++) {
    const stored = await readSegment(deps.blobs, tracksKey(botId, index));
    if (stored) yield decodePackets(stored).sort((one, other) => one.at - other.at);
  }
}

/** At 48 kHz; 0 for a packet that is no audio. */
export function samplesOf({ codec, payload }: Pick<TrackPacket, 'codec' | 'payload'>): number {
  return codec === 'opus' ? opusPacketSamples(payload) : Math.floor(payload.byteLength / SAMPLE_BYTES);
}
