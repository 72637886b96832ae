import { SECOND, type Clock, type Log, type EndReason, type OtherBot } from '@earshot/kernel';
import type { Message, JoinSpec } from '../domain/bot.ts';
import type { Picture } from '../domain/picture.ts';
import type { BrowserConfig, WorkerEvent } from '../browser/ipc.ts';
import type { WorkerUser } from './worker-user.ts';
import { startWorker, type Worker } from './worker.ts';

/** How long browsers may take to close when the joiner ends. */
const RETIRE_MS = 3 * SECOND;

/** One bot's place in a browser. */
export interface Place {
  leave(reason: EndReason): void;
  revoke(): void;
  /** What a bot that shows a picture waits for; undefined: there is none after all. */
  show(picture: Picture | undefined): void;
  /** To be written into the meeting's chat; answered by `chat-sent`. */
  sendChat(message: Message): void;
  /** Pauses the recording, or has it go on; answered by `recording-paused`. */
  setPaused(isPaused: boolean): void;
  /** These are the other bots of this system in the meeting. */
  setOtherBots(bots: readonly OtherBot[]): void;
  /** Somebody cannot decode this video track before its next key frame. */
  requestKeyFrame(trackId: string): void;
  /** The bot's media are being recorded. */
  recording(): void;
  /** The next that the bot says, 48 kHz, mono. */
  say(pcm: Int16Array): void;
  /** Silence at once. `stop` numbers them, from 1. */
  stopSpeaking(stop: number): void;
  /** What the camera shows from now on; undefined: what it showed at first. */
  showImage(picture: Picture | undefined): void;
}

export interface PlaceListener {
  onEvent(event: WorkerEvent): void;
  /** The process died with the bot in it; no event will come. */
  onLost(): void;
}

export interface WorkersOptions {
  readonly botsPerBrowser: number;
  /** How long a browser without bots waits for the next one, in milliseconds. */
  readonly idleMs: number;
  readonly browser: BrowserConfig;
  /** What one browser may have on the disk, bytes. */
  readonly maxDiskBytes: number;
  readonly user: WorkerUser | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The browsers, each in a process of its own with a few bots. */
export interface Workers extends AsyncDisposable {
  place(key: string, visit: JoinSpec, listener: PlaceListener): Place;
}

interface Held {
  readonly worker: Worker;
  readonly bots: Map<string, PlaceListener>;
  /** When it became idle; undefined while it has bots. */
  idle: AbortController | undefined;
  isRetiring: boolean;
}

export function createWorkers(options: WorkersOptions): Workers {
  const { botsPerBrowser, idleMs, browser, maxDiskBytes, user, clock, log } = options;
  const held = new Set<Held>();
  let onEmpty: (() => void) | undefined;

  function start(): Held {
    const bots = new Map<string, PlaceListener>();
    const worker = startWorker({
      config: browser,
      maxDiskBytes,
      clock,
      user,
      log,
      onEvent(key, event) {
        const listener = bots.get(key);
        if (event.case === 'ended' && bots.delete(key) && bots.size === 0) startIdling(entry);
        listener?.onEvent(event);
      },
      onExit() {
        held.delete(entry);
        entry.idle?.abort();
        const lost = [...bots.values()];
        bots.clear();
        for (const listener of lost) listener.onLost();
        if (held.size === 0) onEmpty?.();
      },
    });
    const entry: Held = { worker, bots, idle: undefined, isRetiring: false };
    held.add(entry);
    return entry;
  }

  function retire(entry: Held): void {
    if (entry.isRetiring) return;
    entry.isRetiring = true;
    entry.worker.send({ case: 'retire', value: {} });
  }

  function startIdling(entry: Held): void {
    entry.idle = new AbortController();
    clock.sleep(idleMs, entry.idle.signal).then(
      () => retire(entry),
      () => {},
    );
  }

  return {
    place(key, visit, listener) {
      const free = [...held].find(({ bots, isRetiring }) => !isRetiring && bots.size < botsPerBrowser);
      const entry = free ?? start();
      const { worker, bots } = entry;
      entry.idle?.abort();
      entry.idle = undefined;
      bots.set(key, listener);
      worker.send({ case: 'visit', value: { key, visit } });
      return {
        leave: (reason) => worker.send({ case: 'leave', value: { key, reason } }),
        revoke: () => worker.send({ case: 'revoke', value: { key } }),
        show: (picture) => worker.send({ case: 'picture', value: { key, picture } }),
        sendChat: (message) => worker.send({ case: 'send-chat', value: { key, message } }),
        setPaused: (isPaused) => worker.send({ case: 'set-paused', value: { key, isPaused } }),
        setOtherBots: (bots) => worker.send({ case: 'other-bots', value: { key, bots } }),
        requestKeyFrame: (trackId) => worker.send({ case: 'key-frame', value: { key, trackId } }),
        recording: () => worker.send({ case: 'recording', value: { key } }),
        say: (pcm) => worker.send({ case: 'say', value: { key, pcm } }),
        stopSpeaking: (stop) => worker.send({ case: 'stop-speaking', value: { key, stop } }),
        showImage: (picture) => worker.send({ case: 'show-image', value: { key, picture } }),
      };
    },
    async [Symbol.asyncDispose]() {
      const emptied = new Promise<void>((resolve) => (onEmpty = resolve));
      if (held.size === 0) return;
      for (const entry of held) retire(entry);
      await Promise.race([emptied, clock.sleep(RETIRE_MS)]);
      for (const { worker } of held) worker.kill();
    },
  };
}
