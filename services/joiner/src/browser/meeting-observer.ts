import { swallow, type Clock, type Log } from '@earshot/kernel';
import { botNames, lookAround, nobodyYet, type Other } from '../domain/occupancy.ts';
import { OwnBots } from '../domain/own-bots.ts';
import { Roster, type RosterEntry } from '../domain/roster.ts';
import type { ChatEntry } from '../domain/ingest-batch.ts';
import type { ChatRow } from '../platforms/chat-row.ts';
import type { MeetingPage, SeenVideo } from '../platforms/platform.ts';
import type { MediaCollector } from './media-collector.ts';
import type { VideoCollector } from './video-collector.ts';
import type { WorkerEvent } from './ipc.ts';
import type { RunControls } from './run-controls.ts';

/** Bounds for what a page may make us keep of one visit: a meeting of a thousand who all come ten times stays below. */
const MAX_PEOPLE = 10_000;
const MAX_CHAT = 5000;

export interface MeetingObserverDeps {
  readonly page: MeetingPage;
  readonly collector: MediaCollector;
  /** Undefined where nobody wants the participants' video. */
  readonly video: VideoCollector | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: WorkerEvent) => void;
  readonly controls: Pick<RunControls, 'otherBots'>;
  /** Whether the page's list has everybody who is there. */
  readonly listsEverybody: boolean;
  /** By which other bots are known; empty for no way to tell. */
  readonly botNameParts: readonly string[];
}

/** What a page shows of its meeting at one moment. */
export interface MeetingSnapshot {
  /** When the page was asked, milliseconds since 1970. */
  readonly askedAt: number;
  readonly entries: readonly RosterEntry[];
  readonly rows: readonly ChatRow[];
  readonly videos: readonly SeenVideo[];
}

/** Who is in the meeting and what is written there, while the bot is inside. */
export class MeetingObserver {
  /** Who counts of those who are there. */
  occupancy = nobodyYet;
  readonly #deps: MeetingObserverDeps;
  readonly #roster = new Roster();
  readonly #peopleIds = new Set<string>();
  readonly #chatIds = new Set<string>();
  readonly #isBot: (name: string) => boolean;
  readonly #ownBots = new OwnBots();
  #reportedIdentity = '';
  #lookedAt = -Infinity;

  constructor(deps: MeetingObserverDeps) {
    this.#deps = deps;
    this.#isBot = botNames(deps.botNameParts);
  }

  /** Whose name this is; empty for nobody's, or that of several. */
  idOf(name: string): string {
    return this.#roster.idOf(name);
  }

  /** What the page shows at this moment. */
  async read(): Promise<MeetingSnapshot> {
    const { page, video, clock, log } = this.#deps;
    const askedAt = clock.now();
    const seen = (video && page.videos?.()) ?? Promise.resolve([]);
    const pictures = seen.catch((error: unknown) => {
      swallow(log, error, 'whose they are is seen at the next look');
      return [];
    });
    const chat = page.chat().catch((error: unknown) => {
      swallow(log, error, 'who is there is reported without what is written');
      return [];
    });
    const [entries, rows, videos] = await Promise.all([page.roster(), chat, pictures]);
    return { askedAt, entries, rows, videos };
  }

  /** Takes a snapshot, once a second. */
  look({ askedAt, entries: seen, rows, videos }: MeetingSnapshot): void {
    const { collector, clock } = this.#deps;
    const entries = seen.filter(({ id }) => this.#isListed(id));
    const atMs = collector.meetingMs();
    const participants = this.#roster.look(entries, atMs);
    const debugArtifact = this.#roster.assign((id, known) => {
      const tracks = collector.attribution.tracksOf(id);
      return tracks.length > 0 ? tracks : known.filter((track) => isUnclaimed(collector, track));
    }, atMs);
    collector.note({ participants: [...participants, ...debugArtifact] });
    this.#identify(entries);
    this.#identifyVideos(videos);
    this.#countOthers(clock.now());
    const chat = this.#readChat(rows, atMs);
    // What is new was written since the look before.
    if (!collector.pause.covers(this.#lookedAt)) collector.note({ chat });
    this.#lookedAt = askedAt;
  }

  /** Reports by what the others know this bot: by its id, else by its connections. */
  #identify(entries: readonly RosterEntry[]): void {
    const { collector, listsEverybody, emit } = this.#deps;
    const own = entries.find(({ id, isSelf }) => isSelf && id !== 'self');
    const certificates = own || listsEverybody ? [] : collector.media.ownCertificates();
    const identity = { rosterId: own?.id ?? '', certificates };
    const text = JSON.stringify(identity);
    if (text === this.#reportedIdentity) return;
    this.#reportedIdentity = text;
    emit({ case: 'identified', identity });
  }

  /** Gives pictures to those who are listed. */
  #identifyVideos(videos: readonly SeenVideo[]): void {
    const { collector, video } = this.#deps;
    if (!video) return;
    const { media, attribution } = collector;
    const { others } = this.#roster;
    const isListed = (id: string) => others.some((entry) => entry.id === id);
    const ownerOf = (voice: string) =>
      attribution.ownerOf(voice) ?? others.find(({ trackIds }) => trackIds.includes(voice))?.id ?? '';
    const spokeAt = (id: string) => {
      const entry = others.find((other) => other.id === id);
      return media.lastVoiceOf([...(entry?.trackIds ?? []), ...attribution.tracksOf(id)]);
    };
    const known = videos.map((seen) => ({ ...seen, ownerId: isListed(seen.ownerId) ? seen.ownerId : '' }));
    video.tracks.identify(known, { ownerOf, spokeAt });
    video.look();
  }

  #countOthers(now: number): void {
    const { collector, listsEverybody, controls } = this.#deps;
    const { media, attribution } = collector;
    const { others } = this.#roster;
    const tracksOf = ({ id, trackIds }: RosterEntry) => [...trackIds, ...attribution.tracksOf(id)];
    this.#ownBots.take(controls.otherBots, now);
    const ours = this.#ownBots.among(others, {
      now,
      sharesIds: listsEverybody,
      isFrom: (track, certificates) => media.isFrom(track, certificates),
      hasSpoken: (entry) => media.hasSpoken(tracksOf(entry)),
    });
    const isBot = ({ id, name }: RosterEntry) => ours.has(id) || this.#isBot(name);
    const kinds = others.map((entry): Other => (isBot(entry) ? 'bot' : entry.isAnonymous ? 'sound' : 'person'));
    const ofBots = new Set(others.filter(isBot).flatMap(tracksOf));
    // Where the page lists everybody, a voice that it gives to nobody may be that of a bot.
    const mayBeUnlisted = !listsEverybody || others.length === 0;
    const lastVoiceAt = mayBeUnlisted ? media.lastVoiceBeside(ofBots) : undefined;
    this.occupancy = lookAround(this.occupancy, kinds, { now, lastVoiceAt });
  }

  #isListed(id: string): boolean {
    if (this.#peopleIds.size < MAX_PEOPLE) this.#peopleIds.add(id);
    return this.#peopleIds.has(id);
  }

  #readChat(rows: readonly ChatRow[], atMs: number): ChatEntry[] {
    const lines: ChatEntry[] = [];
    for (const { id, sender, senderId, text, isOwn = false } of rows) {
      if (this.#chatIds.has(id) || this.#chatIds.size >= MAX_CHAT) continue;
      this.#chatIds.add(id);
      lines.push({ messageId: id, senderName: sender, senderId, text, isOwn, atMs });
    }
    return lines;
  }
}

/** Whether evidence gives this track to nobody else. */
function isUnclaimed(collector: MediaCollector, track: string): boolean {
  return collector.attribution.ownerOf(track) === undefined;
}
