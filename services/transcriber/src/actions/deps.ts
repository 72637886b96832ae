import type { Database, Outbox, OutboxFact, Tx } from '@earshot/db';
import type { Clock, Log } from '@earshot/kernel';
import type { TranscriptFact } from '../domain/transcript.ts';
import type { Usage } from '../domain/usage.ts';
import type { BotKeys } from '../store/bot-keys.ts';
import type { Erased } from '../store/erased.ts';
import type { MissedSpeeches } from '../store/missed-speech.ts';
import type { Positions } from '../store/positions.ts';
import type { ProviderKeys } from '../store/provider-keys.ts';
import type { Speakers } from '../store/speakers.ts';
import type { Transcripts } from '../store/transcripts.ts';
import type { Usages } from '../store/usages.ts';
import type { Utterances } from '../store/utterances.ts';
import type { Visits } from '../store/visits.ts';

/** What the transcriber's actions are made of; each asks for the part it uses. */
export interface TranscriberDeps {
  readonly database: Pick<Database, 'transaction' | 'run'>;
  readonly transcripts: Transcripts;
  readonly utterances: Utterances;
  readonly missedSpeech: MissedSpeeches;
  readonly usages: Usages;
  readonly speakers: Speakers;
  readonly positions: Positions;
  readonly visits: Visits;
  readonly erased: Erased;
  readonly providerKeys: ProviderKeys;
  readonly botKeys: BotKeys;
  readonly outbox: Outbox<TranscriptFact>;
  /** A fact as the outbox keeps it, for what is stored along with it in one statement. */
  readonly encodeFact: (fact: TranscriptFact) => OutboxFact;
  readonly clock: Clock;
  readonly log: Log;
  /** The vendors for which an account may have its own key. */
  readonly providers: readonly string[];
  /** The mode of an engine; undefined when there is none of this name. */
  readonly modeOf: (engine: string) => 'batch' | 'streaming' | 'captions' | undefined;
  /** Counts usage by provider, for the operator. */
  readonly countUsage: (usage: Usage) => void;
  /** Whether a live stream of the bot is open in this process. */
  readonly isStreamHere: (botId: string) => boolean;
  /** Takes facts of these subjects that wait to be published out of the outbox. */
  readonly withdraw: (tx: Tx, subjects: readonly string[]) => Promise<void>;
  /** Takes facts of these subjects out of the stream; returns whether none is left. Throws `unavailable` while the broker is away. */
  readonly forget: (subjects: readonly string[], options: { readonly isTimeUp: () => boolean }) => Promise<boolean>;
  /** Wakes the loops for what is committed: facts to publish, visits to settle, recordings to transcribe. */
  readonly wake: () => void;
  /** Wakes the relay alone: facts wait to be published. */
  readonly wakeRelay: () => void;
}
