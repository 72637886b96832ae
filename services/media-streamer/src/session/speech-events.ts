import { rmsDb } from '@earshot/audio';
import { MINUTE, type MediaPlan } from '@earshot/kernel';
import type { TimedFrame } from '../audio/track-mixer.ts';
import type { Speaker } from '../domain/live-frame.ts';
import type { SpeechFact } from '../domain/media-fact.ts';
import type { PublishedSpeech } from '../domain/published-speech.ts';
import { SAMPLES_PER_MS } from '../domain/recording.ts';
import type { Roster } from '../domain/roster.ts';
import { SpeechDetector, type SpeechChange } from '../domain/speech-detector.ts';
import { isVoice } from '../domain/voice-activity-detector.ts';
import { liveSpeaker } from '../live/separate-audio.ts';

/** Speeches of one visit that are published in a minute of it; more are a fault of somebody's noise gate. */
const MOST_A_MINUTE = 120;

export interface SpeechEventsOptions {
  readonly plan: Pick<MediaPlan, 'liveAudio' | 'speechEvents'>;
  readonly roster: Roster;
  /** Published before, by whoever had the visit. */
  readonly published: readonly PublishedSpeech[];
  /** Up to where the timeline is known to have been, milliseconds. */
  readonly startMs: number;
  /** For the customer's socket, where that is to have them. */
  readonly onChange: (change: SpeechChange<Speaker>) => void;
  /** To be published. */
  readonly onFacts: (facts: readonly SpeechFact[]) => void;
}

interface SpeakingPerson extends Speaker {
  /** Undefined where nobody knows whose the track is. */
  readonly participant: Pick<PublishedSpeech, 'participantId' | 'name'> | undefined;
  readonly isPublished: boolean;
}

/** When each participant begins and ends to speak, for whoever asked to know. */
export class SpeechEvents {
  readonly #options: SpeechEventsOptions;
  readonly #detector = new SpeechDetector<SpeakingPerson>();
  #minute = { number: -1, speeches: 0 };

  constructor(options: SpeechEventsOptions) {
    this.#options = options;
    for (const { participantId, name, onMs: fromMs, offMs } of options.published) {
      if (offMs !== undefined) continue;
      const speaker = liveSpeaker('', { trackId: '', participantId, name });
      const person = { ...speaker, participant: { participantId, name }, isPublished: true };
      this.#detector.resume({ key: keyOf(participantId), fromMs, toMs: Math.max(fromMs, options.startMs) }, person);
    }
  }

  /** What came of the participants' tracks until the timeline was at `nowMs`. */
  take(frames: readonly TimedFrame[], nowMs: number): void {
    const { roster } = this.#options;
    const changes: SpeechChange<SpeakingPerson>[] = [];
    for (const { trackId, at, pcm, level } of frames) {
      if (!isVoice(level, () => rmsDb(pcm))) continue;
      const [fromMs, toMs] = [at / SAMPLES_PER_MS, (at + pcm.length) / SAMPLES_PER_MS];
      const owner = roster.ownerOf(trackId);
      // What a page still has of one who has gone is nobody's speech.
      if (owner && roster.hasLeft(owner.participantId)) continue;
      const key = owner ? keyOf(owner.participantId) : `track ${trackId}`;
      changes.push(...this.#detector.push({ key, fromMs, toMs }, () => this.#personOf(trackId, nowMs)));
    }
    const isGone = ({ participant }: SpeakingPerson) =>
      participant !== undefined && roster.hasLeft(participant.participantId);
    this.#pass([...changes, ...this.#detector.tick(nowMs), ...this.#detector.end(isGone)]);
  }

  /** What follows is of another stay, or nothing follows. */
  end(): void {
    this.#pass(this.#detector.end());
  }

  #personOf(trackId: string, nowMs: number): SpeakingPerson {
    const participant = this.#options.roster.ownerOf(trackId);
    return {
      ...liveSpeaker(trackId, participant),
      participant,
      isPublished: this.#options.plan.speechEvents && participant !== undefined && this.#hasRoom(nowMs),
    };
  }

  #hasRoom(nowMs: number): boolean {
    const number = Math.floor(nowMs / MINUTE);
    if (this.#minute.number !== number) this.#minute = { number, speeches: 0 };
    return ++this.#minute.speeches <= MOST_A_MINUTE;
  }

  #pass(changes: readonly SpeechChange<SpeakingPerson>[]): void {
    if (changes.length === 0) return;
    if (this.#options.plan.liveAudio.hasSpeechEvents) for (const change of changes) this.#options.onChange(change);
    const facts = changes.flatMap(toFacts);
    if (facts.length > 0) this.#options.onFacts(facts);
  }
}

function keyOf(participantId: string): string {
  return `participant ${participantId}`;
}

function toFacts(change: SpeechChange<SpeakingPerson>): SpeechFact[] {
  const { participant, isPublished } = change.speaker;
  if (!participant || !isPublished) return [];
  const { participantId, name } = participant;
  const atMs = Math.max(0, Math.round(change.isOn ? change.fromMs : change.toMs));
  return [{ kind: change.isOn ? 'speech-on' : 'speech-off', participantId, name, atMs }];
}
