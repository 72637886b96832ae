import { randomUUID } from 'node:crypto';
import { AppError, swallow, type BotId, type Clock, type Log, type TranscriptionPlan } from '@earshot/kernel';
import type { LiveChange, LiveTranscript } from '../actions/commit-live.ts';
import type { OpenedLive, OpenLiveInput } from '../actions/open-live.ts';
import { parseOptions } from '../domain/failure.ts';
import type { Utterance, WordsPreview } from '../domain/transcript.ts';
import type { Usage } from '../domain/usage.ts';
import { transcriptionModeOf, type Engines } from '../engines/engines.ts';
import { FailoverEngine, ProviderChain, type Provider } from '../engines/failover-engine.ts';
import { optionsFor, secondOf, type Failover } from '../engines/failover.ts';
import type { EngineOptions } from '../engines/speech-engine.ts';
import { CaptionTranscription } from './caption-transcription.ts';
import { CommitQueue } from './commit-queue.ts';
import { LiveTranscription, type LiveEngine } from './live-transcription.ts';

export interface LiveTranscriptionsOptions {
  readonly open: (input: OpenLiveInput) => Promise<OpenedLive>;
  readonly commit: (transcript: LiveTranscript, changes: readonly LiveChange[]) => Promise<void>;
  /** An account's; getting one that is not there throws an AppError with the reason. */
  readonly enginesOf: (bot: Pick<OpenLiveInput, 'accountId' | 'botId'>) => Promise<Pick<Engines, 'streaming'>>;
  readonly failover: Failover;
  /** Words that may still change, and those that will not as soon as they are committed. */
  readonly onWords: (botId: BotId, words: WordsPreview) => void;
  /** Usage of a provider is committed. */
  readonly onUsage: (usage: Usage) => void;
  /** A bot's stream is no longer open here. */
  readonly onEnded: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the peer of a stream receives. */
export interface LiveListener {
  readonly onCommitted: (trackId: string, committedMs: number) => void;
  readonly onFailed: (error: unknown) => void;
}

export interface OpenLiveTranscription extends AsyncDisposable {
  readonly visit: LiveTranscription | CaptionTranscription;
  readonly positions: OpenedLive['positions'];
}

interface Entry {
  readonly stop: (reason: AppError) => void;
  readonly ended: Promise<void>;
}

/** The live streams of this process, one a bot: a new one ends the one before, and begins when that one writes no more. */
export class LiveTranscriptions {
  readonly #options: LiveTranscriptionsOptions;
  readonly #open = new Map<string, Entry>();

  constructor(options: LiveTranscriptionsOptions) {
    this.#options = options;
  }

  #engineOf(
    engines: Pick<Engines, 'streaming'>,
    { engine: name, optionsJson }: TranscriptionPlan,
    log: Log,
  ): LiveEngine {
    const options = parseOptions(optionsJson);
    const isBySentence = transcriptionModeOf(name, options) === 'sentence';
    const chain = new ProviderChain(this.#providersOf(engines, name), log);
    return { forTrack: () => new FailoverEngine(chain), options, isBySentence };
  }

  /** Throws why the engine that was ordered is not there; one that would take over and is not there does not. */
  #providersOf({ streaming }: Pick<Engines, 'streaming'>, name: string): [Provider, ...Provider[]] {
    const { failover, log } = this.#options;
    const first: Provider = { name, engine: streaming(name), toOptions: (ordered) => ordered };
    const second = secondOf(failover, name);
    if (!second) return [first];
    try {
      const toOptions = (options: EngineOptions) => optionsFor({ ordered: name, second }, options);
      return [first, { name: second, engine: streaming(second), toOptions }];
    } catch (error) {
      swallow(log, error, 'a visit without a second engine has the first');
      return [first];
    }
  }

  has(botId: string): boolean {
    return this.#open.has(botId);
  }

  async open(start: Omit<OpenLiveInput, 'streamId'>, listener: LiveListener): Promise<OpenLiveTranscription> {
    const { clock, onWords, onEnded } = this.#options;
    const { botId, accountId, transcriptId } = start;
    const log = this.#options.log.child({ botId });
    const stopping = new AbortController();
    const ended = Promise.withResolvers<void>();
    const entry: Entry = { stop: (reason) => listener.onFailed(reason), ended: ended.promise };
    const before = this.#open.get(botId);
    this.#open.set(botId, entry);
    const close = () => {
      if (this.#open.get(botId) === entry) this.#open.delete(botId);
      ended.resolve();
      onEnded();
    };
    try {
      before?.stop(new AppError('cancelled', 'the stream was opened again'));
      await before?.ended;
      const streamId = randomUUID();
      const opened = await this.#options.open({ ...start, streamId });
      // Captions are words already: no keys are looked up.
      const hasAudio = start.plan.way !== 'captions';
      const engines = hasAudio ? await this.#options.enginesOf({ accountId, botId }) : undefined;
      let after = '';
      const queue = new CommitQueue<LiveChange>({
        commit: (changes) => this.#options.commit({ botId, transcriptId, streamId }, changes),
        onCommitted: (changes) => {
          for (const change of changes) {
            if (change.kind === 'utterance') {
              onWords(botId, { utterance: change.utterance, final: { after } });
              after = change.utterance.utteranceId;
            }
            if (change.kind === 'usage') this.#options.onUsage(change.usage);
            if (!('position' in change)) continue;
            listener.onCommitted(change.position.trackId, change.position.committedMs);
          }
        },
        onFailed: listener.onFailed,
        ...{ clock, log, signal: stopping.signal },
      });
      const common = {
        ...{ transcriptId, opened, queue, log, onDropped: listener.onCommitted },
        onPartial: (utterance: Utterance) => onWords(botId, { utterance }),
      };
      const visit = engines
        ? new LiveTranscription({
            ...{ ...common, clock, signal: stopping.signal },
            engine: () => this.#engineOf(engines, start.plan, log),
          })
        : new CaptionTranscription(common);
      return {
        visit,
        positions: opened.positions,
        async [Symbol.asyncDispose]() {
          stopping.abort(new AppError('cancelled', 'the stream has ended'));
          await queue.idle();
          close();
        },
      };
    } catch (error) {
      close();
      throw error;
    }
  }
}
