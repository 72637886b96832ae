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
    /** Of video, pixels; zero where the frame is no key frame, or of AV1. */
    readonly width?: number;
    readonly height?: number;
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
interface MediaDevices {
  getDisplayMedia?(options?: DisplayMediaStreamOptions & { preferCurrentTab?: boolean }): Promise<MediaStream>;
}
declare class MediaStreamTrackProcessor<T> {
  constructor(init: { track: MediaStreamTrack });
  readonly readable: ReadableStream<T>;
}
interface Uint8Array {
  toBase64?(): string;
}
