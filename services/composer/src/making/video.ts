import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { AppError } from '@earshot/kernel';
import { composePieces } from '../ffmpeg/compose-pieces.ts';
import { encodeSound, joinPieces } from '../ffmpeg/finish-video.ts';
import { CANVAS, FRAME_RATE } from '../layout/scene.ts';
import { scenesOf } from '../layout/scenes.ts';
import { fetchVisit } from './fetch-visit.ts';
import type { Maker, Making, MakingDeps } from './maker.ts';
import { storeArtifact } from './store-artifact.ts';

/** Shares of the work before and after the pictures are composed. */
const [FETCHED, COMPOSED, JOINED] = [0.05, 0.95, 0.97];

/** One MP4 of everybody, with the mix as its sound. What is finished of an attempt that was killed is gone on from. */
export const makeVideo: Maker = async (deps, making) => {
  const { job, kept, scratch, signal, onProgress } = making;
  const { botId, layout } = job;
  if (!layout) throw new AppError('invalid-argument', 'a video needs a layout');
  const { visit, files, frames, droppedFrames } = await fetchVisit(deps, making);
  if (visit.durationMs === 0) return { state: 'skipped', detail: 'nothing was recorded' };
  const sound = await fetchSound(deps, making);
  onProgress(FETCHED);
  const scenes = scenesOf(visit, layout);
  const durationMs = scenes.at(-1)?.toMs ?? 0;
  const pieces = await composePieces({
    ...{ scenes, files, kept, scratch, signal, threads: deps.threads },
    onProgress: (doneMs) => onProgress(FETCHED + (COMPOSED - FETCHED) * (doneMs / durationMs)),
  });
  const path = join(scratch, 'video.mp4');
  await joinPieces(pieces, { sound, path, scratch, signal });
  onProgress(JOINED);
  const artifactId = `video-${layout}`;
  await storeArtifact(
    deps.media,
    {
      path,
      artifact: {
        ...{ botId, artifactId, kind: ArtifactKind.VIDEO, contentType: 'video/mp4', codec: 'h264' },
        ...{ durationMs, width: CANVAS.w, height: CANVAS.h, sampleRate: 48_000, channels: 1, droppedFrames },
        // Of the video; where nobody's came, there are none.
        frames: frames > 0 ? Math.round((durationMs / 1000) * FRAME_RATE) : 0,
      },
    },
    signal,
  );
  return { state: 'ready', artifactId, durationMs };
};

/** The mix, encoded once for all attempts. */
async function fetchSound({ media }: MakingDeps, { job: { botId }, kept, scratch, signal }: Making): Promise<string> {
  const path = join(kept, 'sound.m4a');
  const isThere = await stat(path).catch(() => undefined);
  if (isThere) return path;
  async function* wav() {
    for await (const { chunk } of media.readRecording(
      { botId, artifact: Artifact.MIXED_AUDIO, artifactId: '' },
      { signal },
    ))
      if (chunk.length > 0) yield chunk;
  }
  await encodeSound(wav(), { path, scratch, signal });
  return path;
}
