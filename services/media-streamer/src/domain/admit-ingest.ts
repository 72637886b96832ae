import { AppError, nextState, type AccountId, type BotId } from '@earshot/kernel';
import { SAMPLES_PER_MS, type Recording } from './recording.ts';
import { recordingTransitions } from './recording-state.ts';

/** A joiner's request to send a bot's media. */
export interface IngestAdmission {
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly epoch: number;
  /** The zero of this epoch's meeting clock, milliseconds since 1970. */
  readonly startedAt: number;
  readonly owner: string;
  /** Samples that are mixed already, stored or not; a later epoch's audio begins behind them. */
  readonly mixedSamples: number;
}

/**
 * The recording as it goes on with this request. A later epoch continues the same timeline; the gap is silence. Throws
 * `failed-precondition` for a stale epoch, and when no more can be added.
 */
export function admitIngest(recording: Recording | undefined, order: IngestAdmission): Recording {
  const { botId, accountId, epoch, startedAt, owner } = order;
  if (!recording || recording.state === 'awaited') {
    if (recording) nextState(recordingTransitions, recording.state, 'begin');
    const fresh = {
      receivedSamples: 0,
      missingSamples: 0,
      shiftMs: 0,
      idPrefix: '',
      durableSamples: 0,
      durableSequence: 0,
      endSamples: undefined,
      storeTrouble: undefined,
      droppedItems: 0,
      bytes: 0,
      sha256: '',
    };
    const { endedAt, pendingUntil } = recording ?? {};
    return { botId, accountId, state: 'recording', startedAt, epoch, owner, endedAt, pendingUntil, ...fresh };
  }
  const fields = { botId, epoch };
  if (recording.state !== 'recording') {
    throw new AppError('failed-precondition', 'the recording is finished', { fields });
  }
  if (epoch < recording.epoch) throw new AppError('failed-precondition', 'stale epoch', { fields });
  // It goes on: there is no end yet.
  if (epoch === recording.epoch) return { ...recording, owner, endSamples: undefined };
  // Two machines' clocks may disagree; the timeline still only goes forward.
  const heardMs = Math.ceil(Math.max(recording.durableSamples, order.mixedSamples) / SAMPLES_PER_MS);
  const shiftMs = Math.max(startedAt - recording.startedAt, heardMs);
  const position = { shiftMs, idPrefix: `epoch-${epoch}/`, durableSequence: 0, endSamples: undefined };
  return { ...recording, epoch, owner, ...position };
}
