/** Given by the script these files are put into: see browser/in-page-script.ts. */
declare const options: {
  /** Name of the CDP binding on `window`. */
  readonly binding: string;
  readonly botName: string;
  /** What connections may try although it is not public, as `EGRESS_ALLOW` has it. */
  readonly allow: readonly string[];
  /** What the camera shows in place of the name, JPEG in base64; empty for none. */
  readonly picture: string;
  /** How often received sound is flushed from the page, milliseconds. */
  readonly flushIntervalMs: number;
  readonly hidesEncodedStreams: boolean;
  readonly speakers?: readonly { readonly mark: string; readonly holder: string; readonly name: string }[];
  readonly indicators?: {
    readonly indicator: string;
    readonly tile: string;
    readonly idAttribute: string;
    readonly speaking?: string;
  };
};

// What Chromium has and the DOM library does not describe.
interface EncodedFrame {
  readonly type?: string;
  data: ArrayBuffer;
  getMetadata(): {
    readonly mimeType?: string;
    readonly rtpTimestamp?: number;
    readonly synchronizationSource?: number;
    /** Linear, 0 to 1. */
    readonly audioLevel?: number;
    readonly contributingSources?: readonly number[];
    /** When its last packet came, by the page's clock. */
    readonly receiveTime?: number;
  };
}
interface EncodedStreams {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
}
interface RTCRtpReceiver {
  createEncodedStreams?(): EncodedStreams;
}
interface RTCRtpSender {
  createEncodedStreams?(): EncodedStreams;
}
declare class MediaStreamTrackProcessor<T> {
  constructor(init: { track: MediaStreamTrack });
  readonly readable: ReadableStream<T>;
}
interface Uint8Array {
  toBase64?(): string;
}
