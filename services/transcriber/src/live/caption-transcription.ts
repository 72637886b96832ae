import type { Log, TrackOwner, Caption } from '@earshot/kernel';
import type { LiveChange } from '../actions/commit-live.ts';
import type { OpenedLive } from '../actions/open-live.ts';
import { attributeOne } from '../domain/attribution.ts';
import { captionWords } from '../domain/caption-words.ts';
import type { Utterance } from '../domain/transcript.ts';
import type { CommitQueue } from './commit-queue.ts';
import { utteranceId } from './utterance-id.ts';

/** For the owner of the transcript. */
const NO_CAPTIONS = 'the meeting showed the bot no captions';

export interface CaptionTranscriptionOptions {
  readonly transcriptId: string;
  readonly opened: OpenedLive;
  readonly queue: Pick<CommitQueue<LiveChange>, 'push' | 'idle'>;
  readonly onPartial: (utterance: Utterance) => void;
  /** Called without a commit: for what a failed transcript was sent. */
  readonly onDropped: (trackId: string, committedMs: number) => void;
  readonly log: Log;
}

interface Track {
  /** The number of its next utterance. */
  utterances: number;
  committedMs: number;
}

/** A visit's captions, on their way to the transcript: they are words already, no provider is asked. */
export class CaptionTranscription {
  readonly #options: CaptionTranscriptionOptions;
  readonly #tracks: Map<string, Track>;
  readonly #speakers: Map<string, TrackOwner>;
  #areShown = true;

  constructor(options: CaptionTranscriptionOptions) {
    const { positions, speakers } = options.opened;
    this.#options = options;
    this.#tracks = new Map(positions.map(({ trackId, ...position }) => [trackId, position]));
    this.#speakers = new Map(speakers.map((speaker) => [speaker.trackId, speaker]));
  }

  /** Takes a caption; a final that was taken before is passed over, and else `endMs` is the position of its track once it is committed. */
  read(caption: Caption): void {
    const { transcriptId, opened, queue, onPartial, onDropped } = this.#options;
    const { trackId, startMs, endMs, isFinal } = caption;
    if (opened.isClosed) return onDropped(trackId, endMs);
    const track = this.#trackOf(trackId);
    const words = captionWords(caption);
    if (isFinal && endMs <= track.committedMs) return;
    if (isFinal) track.committedMs = endMs;
    if (words.length === 0) {
      if (isFinal) queue.push({ kind: 'position', position: { trackId, ...track } });
      return;
    }
    const id = utteranceId(transcriptId, trackId, track.utterances);
    const text = words.map(({ punctuated }) => punctuated).join(' ');
    const spoken = { utteranceId: id, trackId, number: track.utterances, label: '', text, startMs, endMs, words };
    const speaker = this.#speakerOf(caption);
    const utterance = attributeOne(spoken, speaker);
    if (!isFinal) return onPartial(utterance);
    if (this.#speakers.get(trackId) !== speaker) {
      this.#speakers.set(trackId, speaker);
      queue.push({ kind: 'named', speaker });
    }
    track.utterances += 1;
    queue.push({ kind: 'utterance', utterance, position: { trackId, ...track } });
  }

  /** Whether the page shows captions; the last report counts. */
  setShown({ areShown }: { areShown: boolean }): void {
    this.#areShown = areShown;
  }

  /** Nothing more will come. Resolves when all that was final is committed. */
  async finish(): Promise<void> {
    const { queue, log } = this.#options;
    const hasWords = [...this.#tracks.values()].some(({ utterances }) => utterances > 0);
    if (!this.#areShown && !hasWords) {
      log.warn('live transcript failed', { reason: NO_CAPTIONS });
      queue.push({ kind: 'failed', failure: NO_CAPTIONS });
    }
    queue.push({ kind: 'finished' });
    await queue.idle();
  }

  /** What was known of whose it is stays known while the page does not correct it. */
  #speakerOf({ trackId, participantId, speakerName: name }: Caption): TrackOwner {
    const known = this.#speakers.get(trackId);
    const isNew = known === undefined || (participantId !== '' && participantId !== known.participantId);
    return isNew ? { trackId, participantId, name } : known;
  }

  #trackOf(trackId: string): Track {
    const track = this.#tracks.get(trackId) ?? { utterances: 0, committedMs: 0 };
    this.#tracks.set(trackId, track);
    return track;
  }
}
