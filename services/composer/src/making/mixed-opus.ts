import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import { startOpusEncoder } from '../ffmpeg/encode-opus.ts';
import type { Maker } from './maker.ts';
import { readMix } from './read-mix.ts';
import { storeArtifact } from './store-artifact.ts';

/** 18 MB an hour. */
const BIT_RATE = 40_000;
const BYTES_OF_MS = 96;

/** The whole recording as Opus in Ogg. */
export const makeMixedOpus: Maker = async ({ media, log }, { job: { botId }, scratch, signal, onProgress }) => {
  const path = join(scratch, 'mixed.ogg');
  await using encoder = startOpusEncoder({ path, container: 'ogg', bitRate: BIT_RATE }, signal);
  let bytes = 0;
  for await (const { pcm, share } of readMix(media, botId, signal)) {
    await encoder.write(pcm);
    bytes += pcm.length;
    onProgress(share);
  }
  if (bytes === 0) return { state: 'skipped', detail: 'nothing was recorded' };
  await encoder.finish();
  const durationMs = Math.round(bytes / BYTES_OF_MS);
  const artifactId = 'mixed-opus';
  const artifact = {
    ...{ botId, artifactId, kind: ArtifactKind.MIXED_OPUS, contentType: 'audio/ogg', codec: 'opus' },
    ...{ durationMs, sampleRate: 48_000, channels: 1 },
  };
  await storeArtifact(media, { path, artifact }, signal);
  log.info('mix encoded', { durationMs, bytes: (await stat(path)).size });
  return { state: 'ready', artifactId, durationMs };
};
