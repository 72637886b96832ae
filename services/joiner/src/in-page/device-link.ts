import { decodeDeviceMessage, encodeVoiceReport, type VoiceReport } from '../page-protocol/voice-layout.ts';
import { now } from './now.ts';
import type { PageSocket } from './page-socket.ts';
import type { PlayerReport } from './voice-player.ts';
import type { VoiceSource } from './voice-source.ts';

/** For a socket that was refused, or broke. */
const REOPEN_MS = 5000;

/** The socket by which a document's devices get what the bot says and shows. */
export interface DeviceLinkOptions {
  /** Throws where there are no sockets. */
  readonly open: (on: { readonly onOpen: () => void; readonly onBytes: (bytes: ArrayBuffer) => void }) => PageSocket;
  /** Undefined before the page has taken a microphone. */
  readonly voice: () => VoiceSource | undefined;
  /** Shows a picture; undefined: what was shown at first. */
  readonly show: (jpeg: Uint8Array<ArrayBuffer> | undefined) => void;
}

/** Connects when the page first takes a device, and reports what becomes of what comes. */
export class DeviceLink {
  readonly #options: DeviceLinkOptions;
  #socket: PageSocket | undefined;
  #openedAt = -Infinity;
  #last: Pick<VoiceReport, 'stop' | 'isPlaying' | 'sounded' | 'buffered'> = {
    ...{ stop: 0, isPlaying: false, sounded: 0, buffered: 0 },
  };

  constructor(options: DeviceLinkOptions) {
    this.#options = options;
  }

  /** A device was taken: whoever sends is to know. */
  taken(): void {
    if (this.#socket && !this.#socket.isClosed) return this.#send(now());
    if (now() - this.#openedAt < REOPEN_MS) return;
    this.#openedAt = now();
    try {
      const onBytes = (bytes: ArrayBuffer) => this.#take(bytes);
      this.#socket = this.#options.open({ onOpen: () => this.#send(now()), onBytes });
    } catch {
      // Without a socket the bot is silent.
    }
  }

  report({ at, ...report }: PlayerReport & { readonly at: number }): void {
    this.#last = report;
    this.#send(at);
  }

  #send(at: number): void {
    const microphones = this.#options.voice()?.microphones ?? 0;
    this.#socket?.send(encodeVoiceReport({ ...this.#last, microphones, at }));
  }

  #take(bytes: ArrayBuffer): void {
    const message = decodeDeviceMessage(bytes);
    if (!message) return;
    if (message.kind === 'picture') {
      const { jpeg } = message;
      return this.#options.show(jpeg.length > 0 ? new Uint8Array(jpeg) : undefined);
    }
    const voice = this.#options.voice();
    // Also where every track was stopped since: the report says so.
    if (message.kind === 'stop') {
      if (voice) voice.stop(message.stop);
      else this.report({ ...this.#last, stop: message.stop, at: now() });
    } else if (voice?.microphones) voice.play(message.pcm);
    else this.#send(now());
  }
}
