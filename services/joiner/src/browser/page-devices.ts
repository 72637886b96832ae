import { encodeDeviceMessage, decodeVoiceReport } from '../page-protocol/voice-layout.ts';
import type { PageSocketLink, PageSocketListener } from './page-sockets.ts';
import type { PageVoice } from './page-voice.ts';

/** What a page's devices get and report: the microphone what the bot says, the camera what it shows. */
export class PageDevices implements PageSocketListener {
  readonly #voice: PageVoice;
  readonly #links = new Set<PageSocketLink>();
  #picture: Uint8Array | undefined;

  constructor(voice: PageVoice) {
    this.#voice = voice;
  }

  /** What the camera shows from now on, JPEG, also of documents that come; undefined: what it showed at first. */
  show(jpeg: Uint8Array | undefined): void {
    this.#picture = jpeg;
    const message = encodeDeviceMessage({ kind: 'picture', jpeg: jpeg ?? new Uint8Array() });
    for (const link of this.#links) link.send(message);
  }

  onOpen(link: PageSocketLink): void {
    this.#links.add(link);
    this.#voice.onOpen(link);
    if (this.#picture) link.send(encodeDeviceMessage({ kind: 'picture', jpeg: this.#picture }));
  }

  onMessage(bytes: Buffer, link: PageSocketLink): void {
    const report = decodeVoiceReport(bytes);
    if (report) this.#voice.onReport(report, link);
  }

  onClosed(link: PageSocketLink): void {
    this.#links.delete(link);
    this.#voice.onClosed(link);
  }
}
