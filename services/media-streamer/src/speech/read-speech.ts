import type { OpusTrackDecoder } from '@earshot/audio';
import type { MediaDeps } from '../actions/deps.ts';
import { findFinished, type Wanted } from '../actions/find-recording.ts';
import { tracksKey } from '../domain/blob-keys.ts';
import { SAMPLES_PER_MS, SEGMENT_SAMPLES } from '../domain/recording.ts';
import type { SpeechItem } from '../domain/unacked-speech.ts';
import { decodePackets } from '../domain/track-packets.ts';
import { SpeechSegmenter } from './speech-segmenter.ts';
import { decode } from '../audio/track-mixer.ts';
import { readSegment } from '../record/read-segment.ts';

type Speech = Extract<SpeechItem, { kind: 'speech' }>;

/**
 * The speech of each track of a finished recording, as a live transcriber receives it; when no track has an owner,
 * nothing, unless `includeUnowned`. Throws as `findFinished` does.
 */
export async function* readSpeech(
  deps: Pick<MediaDeps, 'recordings' | 'tracks' | 'blobs'>,
  { botId, scope }: Wanted,
  { includeUnowned }: { includeUnowned: boolean },
): AsyncGenerator<Speech> {
  const recording = await findFinished(deps, { botId, scope });
  const tracks = await deps.tracks.list(botId);
  const isOwned = tracks.some(({ participantId, ownName }) => participantId !== '' && ownName === undefined);
  if (!includeUnowned && !isOwned) return;
  const segmenter = new SpeechSegmenter();
  const decoders = new Map<string, { decoder: OpusTrackDecoder | undefined }>();
  try {
    for (let index = 0; index * SEGMENT_SAMPLES < recording.durableSamples; index++) {
      const stored = await readSegment(deps.blobs, tracksKey(botId, index));
      for (const packet of stored ? decodePackets(stored) : []) {
        let track = decoders.get(packet.trackId);
        if (!track) decoders.set(packet.trackId, (track = { decoder: undefined }));
        yield* speechOf(segmenter.push({ ...packet, pcm: await decode(track, packet) }));
      }
      yield* speechOf(segmenter.tick(((index + 1) * SEGMENT_SAMPLES) / SAMPLES_PER_MS));
    }
    yield* speechOf(segmenter.end());
  } finally {
    for (const { decoder } of decoders.values()) decoder?.free();
  }
}

function speechOf(items: readonly SpeechItem[]): Speech[] {
  return items.filter((item) => item.kind === 'speech');
}
