import { OWN_VOICE_TRACK } from '../domain/own-voice.ts';
import { decodeFrames, type PageFrame } from '../page-protocol/frame-layout.ts';
import type {
  ConnectionEvent,
  PageEvent,
  PageMessage,
  SpeakingEvent,
  StreamEvent,
  Tap,
  TrackEvent,
} from '../page-protocol/page-message.ts';
import { pageId, pageName } from '../platforms/page-text.ts';

/** One document's report at one moment, as far as it has the known form. */
export interface PageReport extends Omit<PageMessage, 'frames'> {
  readonly frames: readonly PageFrame[];
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
const taps: readonly unknown[] = ['encoded', 'track', 'output', 'tab', 'none'];

/** The fields that something claims to have: what is in them is anybody's guess. */
type Untrusted<T> = { readonly [Field in keyof T]?: unknown };
type AnyEvent = Omit<TrackEvent & StreamEvent & ConnectionEvent & SpeakingEvent, 'kind'> & { kind: PageEvent['kind'] };

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
  const {
    document,
    isTop,
    at,
    videoTracks,
    connected,
    frames: base64,
    events: list,
  } = message as Untrusted<PageMessage>;
  if (typeof document !== 'string' || document.length > MAX_DOCUMENT || typeof isTop !== 'boolean') return undefined;
  if (!isTime(at) || !isNumbers(videoTracks) || !isNumbers(connected) || typeof base64 !== 'string') return undefined;
  const { frames, refused } = decodeFrames(Buffer.from(base64, 'base64'));
  const told = Array.isArray(list) ? (list as readonly unknown[]) : [];
  const events = told.slice(0, MAX_EVENTS).flatMap((event) => parseEvent(event) ?? []);
  const refusedEvents = Array.isArray(list) ? told.length - events.length : 1;
  return { document, isTop, at, videoTracks, connected, frames, events, refused: refused + refusedEvents };
}

function parseEvent(event: unknown): PageEvent | undefined {
  if (!isRecord(event)) return undefined;
  const { kind, track, id, media, tap, why, at, participantIds, connection, local, remote, sends, stream } =
    event as Untrusted<AnyEvent>;
  if (kind === 'track') {
    if (!isCount(track) || track > 0xffff || typeof id !== 'string' || !isTap(tap)) return undefined;
    if (media !== 'audio' && media !== 'video') return undefined;
    // Nobody but the bot itself speaks by it.
    if (pageId(id) === OWN_VOICE_TRACK) return undefined;
    const because = typeof why === 'string' ? pageName(why) : '';
    return {
      kind,
      track,
      id: pageId(id),
      media,
      tap,
      why: because,
      connection: isCount(connection) ? connection : undefined,
    };
  }
  if (kind === 'stream') {
    if (!isCount(track) || track > 0xffff || typeof stream !== 'string') return undefined;
    return { kind, track, stream: pageId(stream) };
  }
  if (kind === 'connection') {
    if (!isCount(connection)) return undefined;
    return { kind, connection, local: fingerprints(local), remote: fingerprints(remote), sends: sends === true };
  }
  if (kind !== 'speaking' || !isTime(at) || !Array.isArray(participantIds)) return undefined;
  const known = participantIds
    .slice(0, MAX_SPEAKERS)
    .filter((each): each is string => typeof each === 'string' && each !== '');
  return { kind, at, participantIds: known.map(pageId) };
}

function fingerprints(told: unknown): string[] {
  const list = Array.isArray(told) ? (told as readonly unknown[]) : [];
  return list
    .slice(0, MAX_FINGERPRINTS)
    .filter((each): each is string => typeof each === 'string' && each !== '' && each.length <= MAX_FINGERPRINT);
}

const isTap = (value: unknown): value is Tap => taps.includes(value);
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= MAX_NUMBERS && value.every(isCount);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isTime = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
