/** A frame as the page told it, before the meeting clock is applied. */
export interface PageFrame {
  readonly track: number;
  readonly codec: 'opus' | 'pcm-s16' | 'red';
  readonly level: number;
  readonly rtpTimestamp: number;
  /** Page clock, milliseconds since 1970. */
  readonly arrivedAt: number;
  readonly payload: Buffer;
}

export type Tap = 'encoded' | 'track' | 'output' | 'none';

/** A receiver's track exists, or a mix that the page plays. */
export interface TrackEvent {
  readonly kind: 'track';
  readonly track: number;
  readonly id: string;
  readonly media: 'audio' | 'video';
  readonly tap: Tap;
  readonly why: string;
}

/** Who has the page's mark of speaking. */
export interface SpeakingEvent {
  readonly kind: 'speaking';
  /** Page clock, milliseconds since 1970. */
  readonly at: number;
  readonly participantIds: readonly string[];
}

export type PageEvent = TrackEvent | SpeakingEvent;

/** What one document said at one moment. */
export interface PageReport {
  readonly document: string;
  readonly isTop: boolean;
  /** Page clock, milliseconds since 1970. */
  readonly at: number;
  readonly videoFrames: number;
  /** Connections that stand. */
  readonly connected: number;
  readonly frames: readonly PageFrame[];
  readonly events: readonly PageEvent[];
}

const MAX_PAYLOAD = 256 * 1024;
const MAX_EVENTS = 500;
const MAX_TEXT = 200;
/** The largest sane packet: 120 ms of Opus is 1275 * 6 bytes; 60 ms of PCM is 5760. */
const MAX_FRAME = 8192;
const HEADER = 22;
const codecs = ['opus', 'pcm-s16', 'red'] as const;
const taps: readonly string[] = ['encoded', 'track', 'output', 'none'];

/**
 * Reads one message of a page. The page is hostile until shown otherwise: whatever has not exactly the known form is
 * undefined, and nothing in a message means more than sound and marks.
 */
export function parsePageReport(payload: string): PageReport | undefined {
  if (payload.length > MAX_PAYLOAD) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (!isRecord(message)) return undefined;
  const { d, top, t, v, c, f, e } = message;
  if (!isText(d) || typeof top !== 'boolean' || !isTime(t) || !isCount(v) || !isCount(c) || typeof f !== 'string')
    return undefined;
  if (!Array.isArray(e) || e.length > MAX_EVENTS) return undefined;
  const frames = parseFrames(Buffer.from(f, 'base64'));
  const events = e.map(parseEvent);
  if (!frames || events.includes(undefined)) return undefined;
  return { document: d, isTop: top, at: t, videoFrames: v, connected: c, frames, events: events as PageEvent[] };
}

/** See in-page/outlet.ts for the layout. */
function parseFrames(bytes: Buffer): PageFrame[] | undefined {
  const frames: PageFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + HEADER > bytes.length) return undefined;
    const codec = codecs[bytes.readUInt8(at + 2)];
    const length = bytes.readUInt16LE(at + 20);
    const end = at + HEADER + length;
    const arrivedAt = bytes.readDoubleLE(at + 12);
    if (!codec || length > MAX_FRAME || end > bytes.length || !isTime(arrivedAt)) return undefined;
    frames.push({
      track: bytes.readUInt16LE(at),
      codec,
      level: bytes.readUInt8(at + 3),
      rtpTimestamp: bytes.readUInt32LE(at + 4),
      arrivedAt,
      payload: bytes.subarray(at + HEADER, end),
    });
    at = end;
  }
  return frames;
}

function parseEvent(event: unknown): PageEvent | undefined {
  if (!isRecord(event)) return undefined;
  const { k, i, id, kind, tap, why, t, ids } = event;
  if (k === 'track') {
    if (!isCount(i) || i > 0xffff || !isText(id) || !isText(why) || !isText(tap) || !taps.includes(tap))
      return undefined;
    if (kind !== 'audio' && kind !== 'video') return undefined;
    return { kind: 'track', track: i, id, media: kind, tap: tap as Tap, why };
  }
  if (k === 'speaking' && isTime(t) && Array.isArray(ids) && ids.length <= 100 && ids.every(isText)) {
    return { kind: 'speaking', at: t, participantIds: ids };
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_TEXT;
const isTime = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
