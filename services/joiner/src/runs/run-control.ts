import { randomUUID } from 'node:crypto';
import type { Clock, Log, OtherBot } from '@earshot/kernel';
import type { Controlled } from '../control/actions.ts';
import type { ControlSocket } from '../control/control-socket.ts';
import type { BotVoice } from '../domain/bot-voice.ts';
import type { Assignment } from '../domain/bot.ts';
import { CameraStack } from '../domain/camera.ts';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import type { Picture } from '../domain/picture.ts';
import { createBotSpeaker, type BotSpeaker } from '../speech/bot-speaker.ts';
import type { TextToSpeech } from '../speech/text-to-speech.ts';
import type { Place } from '../workers/workers.ts';

/** What a control socket commands, beside what its customer's addresses give. */
export type ControlledRun = Omit<Controlled, 'fetchPicture'> & { readonly voice: BotVoice };

export interface RunControlDeps {
  readonly assignment: Assignment;
  readonly place: Pick<Place, 'sendChat' | 'showImage'>;
  readonly voice: BotVoice;
  /** Undefined where none is configured. */
  readonly textToSpeech: TextToSpeech | undefined;
  readonly openControl: (assignment: Assignment, controlled: ControlledRun) => ControlSocket;
  readonly clock: Clock;
  readonly log: Log;
}

/** What reaches one bot from outside, beside the scheduler: by its control socket, and by calls. */
export interface RunControl {
  readonly speaker: BotSpeaker;
  /** For so long, milliseconds, and then again what it showed before; zero: until another comes. */
  showImage(picture: Picture, displayMs: number): void;
  /** The bot is inside: its control socket opens, where it has one. */
  onEntered(): void;
  onBatch(batch: IngestBatch): void;
  setOtherBots(bots: readonly OtherBot[]): void;
  /** Whether it was a message of its own that was sent, or was not; all others are the scheduler's. */
  onChatSent(messageId: string, isSent: boolean): boolean;
  /** The bot is out. Resolves when its socket is closed; harmless twice. */
  end(options: { readonly isHandedOver: boolean }): Promise<void>;
}

export function createRunControl(deps: RunControlDeps): RunControl {
  const { assignment, place, voice, clock } = deps;
  const speaker = createBotSpeaker(deps);
  const camera = new CameraStack();
  const messages = new Map<string, (isSent: boolean) => void>();
  const ending = new AbortController();
  let socket: ControlSocket | undefined;

  function writeChat(text: string): Promise<boolean> {
    if (ending.signal.aborted) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const messageId = randomUUID();
    messages.set(messageId, resolve);
    place.sendChat({ messageId, text });
    return promise;
  }

  function showImage(picture: Picture, displayMs: number): void {
    if (ending.signal.aborted) return;
    if (displayMs === 0) return place.showImage(camera.show(picture));
    const number = camera.showBriefly();
    place.showImage(picture);
    clock.sleep(displayMs, ending.signal).then(
      () => {
        const next = camera.end(number);
        if (next) place.showImage(next.picture);
      },
      () => {},
    );
  }

  return {
    speaker,
    showImage,
    onEntered() {
      if (!assignment.controlSocketUrl || ending.signal.aborted) return;
      const controlled = { voice, speaker, writeChat, showImage: (picture: Picture) => showImage(picture, 0) };
      socket ??= deps.openControl(assignment, controlled);
    },
    onBatch: (batch) => socket?.onBatch(batch),
    setOtherBots: (bots) => socket?.setOtherBots(bots),
    onChatSent(messageId, isSent) {
      const settle = messages.get(messageId);
      messages.delete(messageId);
      settle?.(isSent);
      return settle !== undefined;
    },
    async end(options) {
      if (ending.signal.aborted) return;
      ending.abort();
      for (const settle of messages.values()) settle(false);
      messages.clear();
      speaker.interrupt('interrupted');
      await socket?.end(options);
    },
  };
}
