/** What goes out as one message. */
export interface OutboundFrame {
  readonly bytes: Buffer;
  /** A text message instead of a binary one. */
  readonly isText?: boolean;
}

/** What became of a frame: it is with the system, was given up for want of room, or its connection ended before. */
export type FrameOutcome = 'sent' | 'dropped' | 'lost';

export interface QueuedFrame<Frame> {
  readonly frame: Frame;
  readonly onSettled: ((outcome: FrameOutcome) => void) | undefined;
}

/** Frames that wait for a socket, in order. Bounded by their bytes: the oldest go first, and are counted. */
export class FrameQueue<Frame extends OutboundFrame> {
  readonly #maxBytes: number;
  #frames: QueuedFrame<Frame>[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Frames that were given up. */
  get dropped(): number {
    return this.#dropped;
  }

  get first(): Frame | undefined {
    return this.#frames[0]?.frame;
  }

  push(queued: QueuedFrame<Frame>): void {
    this.#frames.push(queued);
    this.#bytes += queued.frame.bytes.length;
  }

  take(): QueuedFrame<Frame> | undefined {
    const next = this.#frames.shift();
    if (next) this.#bytes -= next.frame.bytes.length;
    return next;
  }

  /** Gives up what is too much; answers whether there was any. */
  trim(): boolean {
    const before = this.#dropped;
    while (this.#bytes > this.#maxBytes) {
      this.take()?.onSettled?.('dropped');
      this.#dropped++;
    }
    return this.#dropped > before;
  }

  /** Nothing of this will go out. */
  clear(): void {
    for (let queued = this.take(); queued; queued = this.take()) queued.onSettled?.('lost');
  }
}
