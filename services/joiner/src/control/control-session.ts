import {
  AppError,
  type BargeIn,
  type BotId,
  type Clock,
  type Log,
  type OtherBot,
  type Platform,
} from '@earshot/kernel';
import { BargeIns } from '../domain/barge-in.ts';
import type { BotVoice, VoiceEvent } from '../domain/bot-voice.ts';
import type { ChatEntry, IngestBatch } from '../domain/ingest-batch.ts';
import { TrackOwners } from '../domain/track-owners.ts';
import { createActions, type Actions, type Controlled } from './actions.ts';
import { AudioInlet } from './audio-inlet.ts';
import { Budget } from './budget.ts';
import { CommandError, type CommandErrorCode } from './command-error.ts';
import { parseMessage, readCommand, type ControlCommand, type RawCommand } from './commands.ts';
import type { ControlMetrics } from './control-metrics.ts';

export interface ControlSessionDeps extends Controlled {
  readonly botId: BotId;
  readonly platform: Platform;
  readonly bargeIn: BargeIn;
  readonly voice: BotVoice;
  readonly speaker: Controlled['speaker'];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ControlMetrics;
  /** To the customer. `isLasting`: it is still worth reading after the socket was away. */
  readonly send: (message: object, options: { readonly isLasting: boolean }) => void;
}

const microphoneErrors = {
  'muted-by-host': { code: 'muted_by_host', message: 'the host has muted the bot: nobody hears what it says' },
  forbidden: { code: 'unmute_forbidden', message: 'the host does not let the bot unmute: nobody hears what it says' },
} as const;

/** What passes between one bot and its customer, whatever the socket does: commands in, chat and barge-ins out. */
export class ControlSession {
  readonly #deps: ControlSessionDeps;
  readonly #budget: Budget;
  readonly #audio: AudioInlet;
  readonly #actions: Actions;
  readonly #bargeIns = new BargeIns();
  readonly #owners = new TrackOwners();
  readonly #unsubscribe: () => void;
  /** Of the speech that began to sound last. */
  #speechId: string | undefined;

  constructor(deps: ControlSessionDeps) {
    this.#deps = deps;
    this.#budget = new Budget(deps.clock);
    this.#audio = new AudioInlet(deps.voice, (error) => this.#refuse('sendaudio', error));
    this.#actions = createActions({ ...deps, audio: this.#audio, budget: this.#budget });
    this.#unsubscribe = deps.voice.subscribe((event) => this.#onVoice(event));
  }

  /** The bot is out. */
  end(): void {
    this.#unsubscribe();
    this.#audio.clear();
  }

  /** A message of the customer's. Never throws. */
  onMessage(data: Buffer, isBinary: boolean): void {
    if (!this.#budget.admits(data.length))
      return this.#refuse(null, new CommandError('rate_limited', 'messages come too fast: this one was not read'));
    let raw: RawCommand = { name: null, body: undefined };
    try {
      raw = parseMessage(data, isBinary);
      const command = readCommand(raw, this.#deps.botId);
      Promise.resolve(this.#obey(command)).then(
        () => this.#deps.metrics.command(command.name, 'obeyed'),
        (error: unknown) => this.#refuse(command.name, error),
      );
    } catch (error) {
      this.#refuse(raw.name, error);
    }
  }

  /** What came out of the meeting. */
  onBatch({ participants, frames, chat, clockMs }: IngestBatch): void {
    const { clock } = this.#deps;
    this.#owners.note(participants);
    for (const entry of chat) if (!entry.isOwn) this.#sendChat(entry, clock.now() - (clockMs - entry.atMs));
    this.#watch(frames);
  }

  /** These are the other bots of this system in the meeting. */
  setOtherBots(bots: readonly OtherBot[]): void {
    this.#owners.takeBots(bots, this.#deps.clock.now());
  }

  #obey(command: ControlCommand): Promise<void> | void {
    const act = this.#actions[command.name] as (value: ControlCommand['value']) => Promise<void> | void;
    return act(command.value);
  }

  #sendChat({ text, senderId, senderName }: ChatEntry, at: number): void {
    const { botId, send } = this.#deps;
    const sender = { sender_id: senderId, sender_name: senderName };
    const timestamp = new Date(at).toISOString();
    send({ command: 'usermsg', bot_id: botId, message: text, ...sender, timestamp }, { isLasting: true });
  }

  #watch(frames: IngestBatch['frames']): void {
    const { bargeIn, voice, speaker, botId, clock, metrics, send } = this.#deps;
    if (bargeIn === 'off') return;
    const speechId = this.#speechId !== undefined && voice.isSpeaking && voice.heardMs > 0 ? this.#speechId : undefined;
    const owners = this.#bargeIns.among(frames, speechId).map((trackId) => this.#owners.ownerOf(trackId));
    for (const owner of owners.filter((each) => !this.#owners.isOwnBot(each, clock.now()))) {
      const playedMs = voice.heardMs;
      if (bargeIn === 'stop') {
        this.#audio.clear();
        speaker.interrupt('barge-in');
      }
      metrics.bargeIn();
      const message = { command: 'interrupt', bot_id: botId, speaker_id: owner.id, speaker_name: owner.name };
      send({ ...message, played_ms: playedMs }, { isLasting: false });
      // The others of this batch speak to a bot that is silent.
      if (bargeIn === 'stop') break;
    }
  }

  #onVoice(event: VoiceEvent): void {
    if (event.case === 'started') this.#speechId = event.speech.speechId;
    if (event.case === 'ended' && event.speech.speechId === this.#speechId) this.#speechId = undefined;
    if (event.case !== 'microphone') return;
    const problem = microphoneErrors[event.state as keyof typeof microphoneErrors];
    if (problem) this.#deps.send({ type: 'error', command: null, ...problem }, { isLasting: true });
  }

  #refuse(command: string | null, caught: unknown): void {
    const { code, message } = this.#toError(caught);
    this.#deps.metrics.command(command, code);
    if (this.#budget.admitsError()) this.#deps.send({ type: 'error', command, code, message }, { isLasting: false });
  }

  #toError(caught: unknown): { readonly code: CommandErrorCode; readonly message: string } {
    if (caught instanceof CommandError) return caught;
    const error = AppError.from(caught);
    if (error.code === 'resource-exhausted') return { code: 'queue_full', message: 'there is no room in the queue' };
    if (error.code === 'failed-precondition')
      return { code: 'not_in_meeting', message: 'the bot is not in its meeting' };
    this.#deps.log.warn('control command failed', { error });
    return { code: 'invalid_command', message: 'the command failed' };
  }
}
