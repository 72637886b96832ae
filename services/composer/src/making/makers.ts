import type { CompositionKind } from '../domain/composition.ts';
import type { Maker } from './maker.ts';
import { makeMixedOpus } from './mixed-opus.ts';
import { makeSeparateAudio } from './separate-audio.ts';
import { makeSeparateVideo } from './separate-video.ts';
import { makeVideo } from './video.ts';

/** Who makes what. */
export const makers: Readonly<Record<CompositionKind, Maker>> = {
  video: makeVideo,
  'separate-video': makeSeparateVideo,
  'separate-audio': makeSeparateAudio,
  'mixed-opus': makeMixedOpus,
};
