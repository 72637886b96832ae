import type { VideoFrame, VideoSource, VideoTrackChange } from '../domain/video-batch.ts';
import { VideoPreroll } from '../domain/video-preroll.ts';
import { VideoTrack } from '../domain/video-track.ts';
import type { SeenVideo } from '../platforms/platform.ts';
import type { MediaTrack, PageMedia } from './page-media.ts';

/** How senders and forwarding units call a screen's track or stream, where the page shows nothing of it. */
const SCREEN_NAME = /screen|share|desktop|display|present/i;

/** A track of a page, as far as it is known whose it is. */
export interface KnownTrack {
  /** Another one once the page gives the same track to somebody else. */
  track: VideoTrack;
  readonly media: MediaTrack;
  /** Where it is in the page. */
  readonly document: string;
  readonly number: number;
  readonly preroll: VideoPreroll;
  /** When its first frame was taken, and when its sender was asked for a key frame last, milliseconds since 1970. */
  readonly since: number;
  askedAt: number;
  /** When its owner had a voice last, milliseconds since 1970; zero for never. */
  spokeAt: number;
  /** What was told of it; undefined: nothing. */
  told: string | undefined;
}

/** Where a track is that was not known before, when it was seen, and how many webcams there may be. */
interface Place extends Pick<KnownTrack, 'document' | 'number'> {
  readonly now: number;
  readonly maxWebcams: number;
}

/** How the page's people are found out about. */
export interface Owners {
  /** Whose a voice is; empty for nobody's who is known. */
  ownerOf(voice: string): string;
  /** When somebody had a voice last, milliseconds since 1970; zero for never. */
  spokeAt(participantId: string): number;
}

/** The video tracks of one bot's page, and what is to be told of them. */
export class VideoTracks {
  /** Every one there ever was. */
  readonly ever: VideoTrack[] = [];
  readonly #known = new Map<MediaTrack, KnownTrack>();
  readonly #media: Pick<PageMedia, 'voicesBeside'>;
  #ended: VideoTrackChange[] = [];

  constructor(media: Pick<PageMedia, 'voicesBeside'>) {
    this.#media = media;
  }

  all(): KnownTrack[] {
    return [...this.#known.values()];
  }

  /** The track that has this id at present. */
  current(trackId: string): KnownTrack | undefined {
    return this.all().find(({ track }) => track.id === trackId);
  }

  of(media: MediaTrack, place: Place): KnownTrack {
    const known = this.#known.get(media);
    if (known) return known;
    const { document, number, now: since, maxWebcams } = place;
    const source = sourceOf(media);
    const webcams = this.all().filter(({ track }) => track.source === 'webcam' && track.isAdmitted).length;
    const track = this.#create({ id: media.id, source, participantId: '' });
    track.isAdmitted = source !== 'webcam' || webcams < maxWebcams;
    const made = { track, media, document, number, preroll: new VideoPreroll(), since };
    const fresh = { ...made, askedAt: -Infinity, spokeAt: 0, told: undefined };
    this.#known.set(media, fresh);
    return fresh;
  }

  /** Takes what the page shows of its pictures, and gives those that it shows nothing of to whoever's voice came with them. */
  identify(seen: readonly SeenVideo[], { ownerOf, spokeAt }: Owners): void {
    const byTrack = new Map(seen.map((video) => [video.trackId, video]));
    for (const known of this.#known.values()) {
      const { media } = known;
      if (media.isTab) continue;
      const video = byTrack.get(media.id);
      const beside = this.#media.voicesBeside(media).map(ownerOf);
      const owner = video?.ownerId || beside.find((id) => id !== '') || '';
      const source = video ? (video.isScreen ? 'screen' : 'webcam') : known.track.source;
      this.#give(known, { owner: owner || known.track.participantId, source });
      known.spokeAt = spokeAt(known.track.participantId);
    }
  }

  /** What has changed; `frames` are those that come next. */
  takeChanges({ clockMs, frames }: { clockMs: number; frames: readonly VideoFrame[] }): VideoTrackChange[] {
    const changes = this.#ended;
    this.#ended = [];
    for (const known of this.#known.values()) {
      const { track } = known;
      const first = frames.find(({ trackId }) => trackId === track.id);
      if (!first && known.told === undefined) continue;
      const hasEnded = !first && track.isSilent(clockMs);
      const { source, participantId } = track;
      const text = JSON.stringify([source, participantId, hasEnded]);
      if (text === known.told) continue;
      const begins = known.told === undefined || (JSON.parse(known.told) as unknown[])[2] === true;
      const atMs = hasEnded ? track.lastMs : begins && first ? first.arrivedMs : clockMs;
      known.told = text;
      changes.push({ trackId: track.id, source, participantId, atMs, hasEnded });
    }
    return changes;
  }

  /** What was told has reached nobody. */
  tellAgain(changes: readonly VideoTrackChange[]): void {
    for (const change of changes) {
      const known = this.current(change.trackId);
      if (known) known.told = undefined;
      else this.#ended.push(change);
    }
  }

  /** A track that the page gives to somebody else is another one from then on: an id stands for one sender. */
  #give(known: KnownTrack, { owner, source }: { owner: string; source: VideoSource }): void {
    const { track } = known;
    const isAnother = track.participantId !== '' && owner !== track.participantId;
    if (!isAnother) {
      track.source = source;
      track.participantId = owner;
      return;
    }
    const { id: trackId, source: was, participantId, lastMs: atMs } = track;
    if (known.told) this.#ended.push({ trackId, source: was, participantId, atMs, hasEnded: true });
    known.told = undefined;
    const count = this.ever.filter(({ id }) => id.startsWith(`${known.media.id}~`)).length;
    known.track = this.#create({ id: `${known.media.id}~${count + 2}`, source, participantId: owner });
    known.track.isAdmitted = track.isAdmitted;
  }

  #create(about: Pick<VideoTrack, 'id' | 'source' | 'participantId'>): VideoTrack {
    const track = new VideoTrack(about);
    this.ever.push(track);
    return track;
  }
}

/** What a track shows as far as it says so itself. */
function sourceOf({ id, streamId, isTab }: MediaTrack): VideoSource {
  if (isTab) return 'tab';
  return SCREEN_NAME.test(`${id} ${streamId}`) ? 'screen' : 'webcam';
}
