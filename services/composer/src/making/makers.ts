import { AppError } from '@earshot/kernel';
import type { CompositionKind } from '../domain/composition.ts';
import type { Maker } from './maker.ts';
import { makeMixedOpus } from './mixed-opus.ts';
import { makeSeparateAudio } from './separate-audio.ts';
import { makeSeparateVideo } from './separate-video.ts';

const notMade: Maker = async ({ log }, { job }) => {
  log.error('nothing makes this kind of composition', { kind: job.kind });
  throw new AppError('failed-precondition', 'this kind of file cannot be made');
};

/** Who makes what. */
export const makers: Readonly<Record<CompositionKind, Maker>> = {
  video: notMade,
  'separate-video': makeSeparateVideo,
  'separate-audio': makeSeparateAudio,
  'mixed-opus': makeMixedOpus,
};
