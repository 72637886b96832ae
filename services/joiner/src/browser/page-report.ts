import { pageId, pageName } from '../platforms/page-text.ts';
import { parseFrames, type PageFrame } from './page-frames.ts';

export type Tap = 'encoded' | 'track' | 'output' | 'none';

/** A receiver's track exists, or a mix that the page plays. */
export interface TrackEvent {
  readonly kind: 'track';
  readonly track: number;
  readonly id: string;
  readonly media: 'audio' | 'video';
  readonly tap: Tap;
  readonly why: string;
  /** The number of its connection in this document; undefined for a mix that the page plays. */
  readonly connection: number | undefined;
}

/** By which certificates a connection is known: fingerprints with the name of their hash (RFC 8122). */
export interface ConnectionEvent {
  readonly kind: 'connection';
  readonly connection: number;
  readonly local: readonly string[];
  readonly remote: readonly string[];
  /** Whether it takes what the page sends. */
  readonly sends: boolean;
}

/** Who has the page's mark of speaking. */
export interface SpeakingEvent {
  readonly kind: 'speaking';
  /** Page clock, milliseconds since 1970. */
  readonly at: number;
  readonly participantIds: readonly string[];
}

export type PageEvent = TrackEvent | ConnectionEvent | SpeakingEvent;

/** One document's report at one moment. */
export interface PageReport {
  readonly document: string;
  readonly isTop: boolean;
  /** Page clock, milliseconds since 1970. */
  readonly at: number;
  /** The tracks of which video frames came. */
  readonly videoTracks: readonly number[];
  /** The connections that stand. */
  readonly connected: readonly number[];
  readonly frames: readonly PageFrame[];
  readonly events: readonly PageEvent[];
  /** How many of its frames and events had not the known form: each costs itself. */
  readonly refused: number;
}

const MAX_PAYLOAD = 256 * 1024;
const MAX_EVENTS = 500;
const MAX_SPEAKERS = 100;
/** Of the tracks and connections that one report names: a mesh of a hundred people stays below. */
const MAX_NUMBERS = 1000;
const MAX_FINGERPRINTS = 8;
/** Characters: SHA-512 has 128, and the hash a name. */
const MAX_FINGERPRINT = 160;
/** What a document calls itself: a random number. */
const MAX_DOCUMENT = 20;
const taps: readonly string[] = ['encoded', 'track', 'output', 'none'];

/**
 * Reads one message of a page. The page is hostile until shown otherwise: a message that has not the known form is
 * undefined, a part of one is left out and counted, and nothing in a message means more than sound and marks.
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
  if (typeof d !== 'string' || d.length > MAX_DOCUMENT || typeof top !== 'boolean') return undefined;
  if (!isTime(t) || !isNumbers(v) || !isNumbers(c) || typeof f !== 'string') return undefined;
  const { frames, refused } = parseFrames(Buffer.from(f, 'base64'));
  const told = Array.isArray(e) ? (e as readonly unknown[]) : [];
  const events = told.slice(0, MAX_EVENTS).flatMap((event) => parseEvent(event) ?? []);
  const refusedEvents = Array.isArray(e) ? told.length - events.length : 1;
  const about = { document: d, isTop: top, at: t, videoTracks: v, connected: c };
  return { ...about, frames, events, refused: refused + refusedEvents };
}

function parseEvent(event: unknown): PageEvent | undefined {
  if (!isRecord(event)) return undefined;
  const { k, i, id, kind, tap, why, t, ids, c } = event;
  if (k === 'track') {
    if (!isCount(i) || i > 0xffff || typeof id !== 'string' || typeof tap !== 'string' || !taps.includes(tap))
      return undefined;
    if (kind !== 'audio' && kind !== 'video') return undefined;
    const because = typeof why === 'string' ? pageName(why) : '';
    const connection = isCount(c) ? c : undefined;
    return { kind: 'track', track: i, id: pageId(id), media: kind, tap: tap as Tap, why: because, connection };
  }
  if (k === 'connection') {
    if (!isCount(c)) return undefined;
    return {
      kind: 'connection',
      connection: c,
      local: fingerprints(event['local']),
      remote: fingerprints(event['remote']),
      sends: event['sends'] === true,
    };
  }
  if (k !== 'speaking' || !isTime(t) || !Array.isArray(ids)) return undefined;
  const known = ids.slice(0, MAX_SPEAKERS).filter((each): each is string => typeof each === 'string' && each !== '');
  return { kind: 'speaking', at: t, participantIds: known.map(pageId) };
}

function fingerprints(told: unknown): string[] {
  const list = Array.isArray(told) ? (told as readonly unknown[]) : [];
  return list
    .slice(0, MAX_FINGERPRINTS)
    .filter((each): each is string => typeof each === 'string' && each !== '' && each.length <= MAX_FINGERPRINT);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_NUMBERS && value.every(isCount);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isTime = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
