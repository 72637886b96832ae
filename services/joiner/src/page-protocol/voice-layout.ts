/** What passes by the socket of a page's devices: down, what the bot says and shows; up, what has sounded. Little endian. */

/** Kind u8, nothing u8 and u16, stop u32. */
const HEAD_BYTES = 8;
/** Head, with flags u8 and microphones u16 in the place of nothing; sounded f64, buffered u32, at f64. */
const REPORT_BYTES = HEAD_BYTES + 20;
const kinds = { pcm: 1, stop: 2, picture: 3, report: 4 } as const;
const PLAYING = 1;
/** No visit lasts for as many samples: a hundred days. */
const MAX_SAMPLES = 2 ** 39;

/** Down to a document. What is sent behind a stop bears its number. */
export type DeviceMessage =
  /** 48 kHz, mono. */
  | { readonly kind: 'pcm'; readonly stop: number; readonly pcm: Int16Array }
  | { readonly kind: 'stop'; readonly stop: number }
  /** What the camera shows from now on, JPEG; empty: what it showed at first. */
  | { readonly kind: 'picture'; readonly jpeg: Uint8Array };

/** Up from a document, when it takes a microphone and while it plays. */
export interface VoiceReport {
  /** The last that was obeyed. */
  readonly stop: number;
  readonly isPlaying: boolean;
  /** How many tracks of the microphone are in use, stopped ones left out. */
  readonly microphones: number;
  /** Samples that sounded since the document began. */
  readonly sounded: number;
  /** Samples that are here and did not sound yet. */
  readonly buffered: number;
  /** When it was so: page clock, milliseconds since 1970. */
  readonly at: number;
}

export function encodeDeviceMessage(message: DeviceMessage): Uint8Array<ArrayBuffer> {
  const body =
    message.kind === 'pcm' ? bytesOf(message.pcm) : message.kind === 'picture' ? message.jpeg : new Uint8Array();
  const bytes = new Uint8Array(HEAD_BYTES + body.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kinds[message.kind]);
  if (message.kind !== 'picture') view.setUint32(4, message.stop, true);
  bytes.set(body, HEAD_BYTES);
  return bytes;
}

/** Undefined for what has not the known form. The samples and the picture are views of the bytes. */
export function decodeDeviceMessage(bytes: ArrayBuffer): DeviceMessage | undefined {
  if (bytes.byteLength < HEAD_BYTES) return undefined;
  const view = new DataView(bytes);
  const stop = view.getUint32(4, true);
  switch (view.getUint8(0)) {
    case kinds.pcm: {
      const length = bytes.byteLength - HEAD_BYTES;
      return length % 2 === 0 ? { kind: 'pcm', stop, pcm: new Int16Array(bytes, HEAD_BYTES, length / 2) } : undefined;
    }
    case kinds.stop:
      return { kind: 'stop', stop };
    case kinds.picture:
      return { kind: 'picture', jpeg: new Uint8Array(bytes, HEAD_BYTES) };
    default:
      return undefined;
  }
}

export function encodeVoiceReport(report: VoiceReport): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(REPORT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kinds.report);
  view.setUint8(1, report.isPlaying ? PLAYING : 0);
  view.setUint16(2, report.microphones < 0xffff ? report.microphones : 0xffff, true);
  view.setUint32(4, report.stop, true);
  view.setFloat64(HEAD_BYTES, report.sounded, true);
  view.setUint32(HEAD_BYTES + 8, report.buffered, true);
  view.setFloat64(HEAD_BYTES + 12, report.at, true);
  return bytes;
}

/** Undefined for what has not the known form: whoever wrote it is not trusted. */
export function decodeVoiceReport(bytes: Uint8Array): VoiceReport | undefined {
  if (bytes.byteLength !== REPORT_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(1);
  const sounded = view.getFloat64(HEAD_BYTES, true);
  const at = view.getFloat64(HEAD_BYTES + 12, true);
  if (view.getUint8(0) !== kinds.report || flags > PLAYING) return undefined;
  if (!Number.isInteger(sounded) || sounded < 0 || sounded > MAX_SAMPLES) return undefined;
  if (!Number.isFinite(at) || at < 0) return undefined;
  return {
    stop: view.getUint32(4, true),
    isPlaying: flags === PLAYING,
    microphones: view.getUint16(2, true),
    sounded,
    buffered: view.getUint32(HEAD_BYTES + 8, true),
    at,
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
