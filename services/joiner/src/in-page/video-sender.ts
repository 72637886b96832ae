import {
  encodeVideoMessage,
  MAX_VIDEO_MESSAGE_BYTES,
  videoFrameSize,
  type PageVideoFrame,
} from '../page-protocol/video-layout.ts';
import { now } from './now.ts';
import type { PageSocket } from './page-socket.ts';

/** For a socket that was refused, or broke. */
const REOPEN_MS = 5000;

type SocketWay = Pick<PageSocket, 'isOpen' | 'isClosed' | 'send'>;

export interface VideoSenderOptions {
  /** The number by which the document calls itself. */
  readonly document: number;
  /** Throws where there are no sockets. `onMessage` gets what its other end has to say. */
  readonly open: (onMessage: (text: string) => void) => SocketWay;
}

/**
 * Sends encoded frames out of the page, all that wait in one message. What cannot leave is dropped with all that follows of its track up
 * to the next key frame, since nothing could be decoded of it; how many were, the next frame of the track tells.
 */
export class VideoSender {
  readonly #options: VideoSenderOptions;
  #socket: SocketWay | undefined;
  #openedAt = -Infinity;
  #waiting: PageVideoFrame[] = [];
  #waitingBytes = 0;
  /** By track: how many frames were dropped since the last that left. Those that are here wait for a key frame. */
  readonly #dropped = new Map<number, number>();
  readonly #wishes = new Set<number>();
  /** Called when the page's own picture of itself is wished for. */
  captureTab: () => void = () => {};

  constructor(options: VideoSenderOptions) {
    this.#options = options;
  }

  take(frame: Omit<PageVideoFrame, 'dropped'>): void {
    const dropped = this.#dropped.get(frame.track) ?? 0;
    const told = { ...frame, dropped };
    const size = videoFrameSize(told);
    if (size === undefined || (dropped > 0 && !frame.isKey)) {
      this.#dropped.set(frame.track, dropped + 1);
      return;
    }
    if (this.#waitingBytes + size > MAX_VIDEO_MESSAGE_BYTES / 2) this.flush();
    this.#dropped.delete(frame.track);
    this.#waiting.push(told);
    this.#waitingBytes += size;
  }

  /** Sends what waits. Before the socket first opens a message of it is kept. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const socket = this.#ready();
    const isConnecting = socket !== undefined && !socket.isOpen && !socket.isClosed;
    if (isConnecting && this.#waitingBytes <= MAX_VIDEO_MESSAGE_BYTES / 4) return;
    const frames = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (socket?.send(encodeVideoMessage(this.#options.document, frames))) return;
    for (const { track, dropped } of frames) this.#dropped.set(track, (this.#dropped.get(track) ?? 0) + dropped + 1);
  }

  /** Opens the socket before there is anything to send, for what its other end has to say. */
  connect(): void {
    this.#ready();
  }

  /** Whether the sender of a track is to be asked for a key frame; each wish is answered once. */
  takeWish(track: number): boolean {
    return this.#wishes.delete(track);
  }

  #ready(): SocketWay | undefined {
    if (this.#socket && !this.#socket.isClosed) return this.#socket;
    if (now() - this.#openedAt < REOPEN_MS) return this.#socket;
    this.#openedAt = now();
    try {
      this.#socket = this.#options.open((text) => this.#hear(text));
    } catch {
      // Without a socket video is what is lost.
    }
    return this.#socket;
  }

  /** All documents of a page are told which track of which document it is about, or that the page is to film itself. */
  #hear(text: string): void {
    if (text === 'tab') return this.captureTab();
    const [document, track] = text.split(':');
    if (Number(document) === this.#options.document) this.#wishes.add(Number(track));
  }
}
