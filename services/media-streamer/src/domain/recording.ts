import type { AccountId, BotId } from '@earshot/kernel';
import type { StoreTrouble } from './store-trouble.ts';
import type { RecordingState } from './recording-state.ts';

/** Samples of a millisecond; everything is recorded as 16-bit mono at 48 kHz. */
export const SAMPLES_PER_MS = 48;
export const SAMPLE_BYTES = 2;
/** Two seconds: what a killed machine may cost at most. */
export const SEGMENT_SAMPLES = 2000 * SAMPLES_PER_MS;

export interface Recording {
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly state: RecordingState;
  /** The zero of the timeline: when the bot first entered. Milliseconds since 1970. */
  readonly startedAt: number;
  readonly epoch: number;
  /** Where the zero of this epoch's meeting clock lies on the timeline, in milliseconds. */
  readonly shiftMs: number;
  /** With which the ids of this epoch's tracks begin, so that no epoch's are taken for another's; empty in the first. */
  readonly idPrefix: string;
  /** The process that may write; another one takes over by naming itself. */
  readonly owner: string;
  /** Samples from the start that lie in stored segments. */
  readonly durableSamples: number;
  /** Nothing of this epoch's batches up to here needs to be kept by anyone else. */
  readonly durableSequence: number;
  /** Samples of the timeline in which at least one packet came; undefined for one begun before this was counted. */
  readonly receivedSamples: number | undefined;
  /** Samples at which silence stands for sound that was lost. Of a finished recording, all; before, what was lost on the way here. */
  readonly missingSamples: number;
  /** When the end of the visit was consumed. */
  readonly endedAt: number | undefined;
  /** Until when the joiner of a visit that is over sends what is left; undefined where it has nothing more. */
  readonly pendingUntil: number | undefined;
  /** Where the timeline ends, in samples, stored or not; undefined while more may come. */
  readonly endSamples: number | undefined;
  /** Why sound of it waited for the store; of a finished one, why some is missing. Undefined where none did. */
  readonly storeTrouble: StoreTrouble | undefined;
  /** Of the page's items beside its sound: what no table takes. */
  readonly droppedItems: number;
  /** Of the finished file; 0 and empty before. */
  readonly bytes: number;
  readonly sha256: string;
}

/** The detail of a recording in whose whole time no sound came although somebody was there. */
export const NO_AUDIO = 'no_audio_received';

export function missingMsOf({ missingSamples }: Pick<Recording, 'missingSamples'>): number {
  return Math.round(missingSamples / SAMPLES_PER_MS);
}

export function durationMsOf(recording: Pick<Recording, 'durableSamples'>): number {
  return Math.floor(recording.durableSamples / SAMPLES_PER_MS);
}
