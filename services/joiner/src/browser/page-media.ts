import { SECOND, type Clock } from '@earshot/kernel';
import type { MediaSigns } from '../platforms/platform.ts';
import type { ConnectionEvent, StreamEvent, TrackEvent } from '../page-protocol/page-message.ts';

const FLOWING_MS = 3 * SECOND;
/** Of one document. */
const MAX_TRACKS = 1000;
const MAX_CONNECTIONS = 1000;
/** Of all that a page ever had: no meeting needs as many. */
const MAX_FINGERPRINTS = 20_000;
/** Of those that are reported to others. */
const MAX_TOLD = 100;

export interface MediaTrack {
  readonly id: string;
  readonly isAudio: boolean;
  /** Everybody in one: no single owner. */
  readonly isMix: boolean;
  /** The page's own picture of itself. */
  readonly isTab: boolean;
  readonly document: DocumentMedia;
  /** Undefined for what comes by none. */
  readonly connection: number | undefined;
  /** The stream that it came in, by its sender's id; empty while that is not known. */
  streamId: string;
  /** Since they were weighed last. */
  voicedFrames: number;
  /** When it had a voice last, milliseconds since 1970. */
  lastVoiceAt: number | undefined;
}

/** What one document of a page receives. */
export interface DocumentMedia {
  readonly tracks: Map<number, MediaTrack>;
  /** By which certificates the other ends of its connections are known. */
  readonly remotes: Map<number, readonly string[]>;
  /** Those that were ever to take what the page sends: one that is only muted by its page stays among them. */
  readonly sending: Set<number>;
  /** The numbers of those that stand. */
  connected: readonly number[];
}

/** The tracks and connections of a page, and which of them lead to somebody else. */
export class PageMedia implements MediaSigns {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #documents: DocumentMedia[] = [];
  /** By their ids, which senders choose. */
  readonly #tracks = new Map<string, MediaTrack[]>();
  /** The certificates of the page's own connections. */
  readonly #own = new Set<string>();
  #lastMediaAt = 0;
  #lastMixAt = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  addDocument(): DocumentMedia {
    const document: DocumentMedia = { tracks: new Map(), remotes: new Map(), sending: new Set(), connected: [] };
    this.#documents.push(document);
    return document;
  }

  /** Answers whether it is kept: there are bounds to what a page may have. */
  addTrack({ id, media, tap, track: number, connection }: TrackEvent, document: DocumentMedia): boolean {
    if (document.tracks.size >= MAX_TRACKS) return false;
    const kind = { isAudio: media === 'audio', isMix: tap === 'output', isTab: tap === 'tab' };
    const track: MediaTrack = {
      ...{ id, ...kind, document, connection, streamId: '', voicedFrames: 0, lastVoiceAt: undefined },
    };
    document.tracks.set(number, track);
    this.#tracks.set(id, [...(this.#tracks.get(id) ?? []), track]);
    return true;
  }

  nameStream({ track, stream }: StreamEvent, { tracks }: DocumentMedia): void {
    const known = tracks.get(track);
    if (known) known.streamId = stream;
  }

  /** The voices that came in the same stream as a picture, by the same connection: their owner is its owner. */
  voicesBeside({ document, connection, streamId }: MediaTrack): string[] {
    const beside = [...document.tracks.values()].filter(
      (each) => each.isAudio && each.connection === connection && each.streamId === streamId && streamId !== '',
    );
    return beside.map(({ id }) => id);
  }

  addConnection({ connection, local, remote, sends }: ConnectionEvent, { remotes, sending }: DocumentMedia): void {
    if (remotes.size >= MAX_CONNECTIONS && !remotes.has(connection)) return;
    remotes.set(connection, remote);
    if (sends) sending.add(connection);
    for (const fingerprint of local) if (this.#own.size < MAX_FINGERPRINTS) this.#own.add(fingerprint);
  }

  /** Something came by a track. */
  note(track: MediaTrack | undefined): void {
    if (!track || this.isLoop(track)) return;
    if (track.isMix) this.#lastMixAt = this.#clock.now();
    else this.#lastMediaAt = this.#clock.now();
  }

  /**
   * Whether both ends of a connection are the page's own, as in a test of devices: what comes by it says nothing of a meeting.
   * Another page has certificates of its own, that of another bot of this browser included.
   */
  isLoop({ document, connection }: Pick<MediaTrack, 'document' | 'connection'>): boolean {
    const remote = connection === undefined ? undefined : document.remotes.get(connection);
    return remote?.some((fingerprint) => this.#own.has(fingerprint)) ?? false;
  }

  /** The page's own certificates, as a bot of this system may know them: the last ones. */
  ownCertificates(): string[] {
    return [...this.#own].slice(-MAX_TOLD);
  }

  /** Whether a track comes, by all that is known of it, from somebody with one of these certificates. */
  isFrom(trackId: string, certificates: ReadonlySet<string>): boolean {
    const tracks = this.#tracks.get(trackId) ?? [];
    const remotes = tracks.map(({ document, connection }) => document.remotes.get(connection ?? -1) ?? []);
    return remotes.length > 0 && remotes.every((all) => all.some((each) => certificates.has(each)));
  }

  /** Whether a voice was ever received by one of these tracks. */
  hasSpoken(ids: readonly string[]): boolean {
    return ids.some((id) => this.#tracks.get(id)?.some(({ lastVoiceAt }) => lastVoiceAt !== undefined));
  }

  isFlowing(): boolean {
    return this.#clock.now() - this.#lastMediaAt < FLOWING_MS;
  }

  isSounding(): boolean {
    return this.#clock.now() - this.#lastMixAt < FLOWING_MS;
  }

  isConnected(): boolean {
    return this.#isAnyConnected(() => true);
  }

  isSending(): boolean {
    return this.#isAnyConnected(({ sending }, connection) => sending.has(connection));
  }

  #isAnyConnected(matches: (document: DocumentMedia, connection: number) => boolean): boolean {
    return this.#documents.some((document) =>
      document.connected.some((connection) => matches(document, connection) && !this.isLoop({ document, connection })),
    );
  }

  isRemote(trackId: string): boolean {
    return this.#tracks.get(trackId)?.some((track) => !this.isLoop(track)) ?? false;
  }

  /** A frame with a voice came by a track. */
  noteVoice(track: MediaTrack): void {
    track.voicedFrames += 1;
    track.lastVoiceAt = this.#clock.now();
  }

  /** When a voice was received last by one of these tracks, milliseconds since 1970; zero for never. */
  lastVoiceOf(ids: readonly string[]): number {
    const times = ids.flatMap((id) => this.#tracks.get(id)?.map(({ lastVoiceAt }) => lastVoiceAt ?? 0) ?? []);
    return Math.max(0, ...times);
  }

  /** When a voice was received last by another track than these, milliseconds since 1970. */
  lastVoiceBeside(ids: ReadonlySet<string>): number | undefined {
    const times = this.#documents.flatMap(({ tracks }) =>
      Array.from(tracks.values(), ({ id, lastVoiceAt }) => (ids.has(id) ? undefined : lastVoiceAt)),
    );
    const last = times.reduce<number>((latest, at) => Math.max(latest, at ?? 0), 0);
    return last || undefined;
  }

  /** Every track with at least so many frames of a voice since this was asked last, mixes left out. */
  takeVoices(leastFrames: number): string[] {
    const voices: string[] = [];
    for (const { tracks } of this.#documents) {
      for (const track of tracks.values()) {
        if (track.voicedFrames >= leastFrames && !track.isMix) voices.push(track.id);
        track.voicedFrames = 0;
      }
    }
    return voices;
  }
}
