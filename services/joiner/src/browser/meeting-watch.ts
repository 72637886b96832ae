import { swallow, type Clock, type Log } from '@earshot/kernel';
import { botNames, lookAround, nobodyYet, type Other } from '../domain/company.ts';
import type { OtherBot } from '../domain/bot.ts';
import { OwnBots } from '../domain/own-bots.ts';
import { Roster, type RosterEntry } from '../domain/roster.ts';
import type { ChatLine } from '../domain/stretch.ts';
import type { ChatRow } from '../platforms/chat-row.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { Hearing } from './hearing.ts';
import type { VisitNews } from './ipc.ts';

/** Bounds for what a page may make us keep of one visit: a meeting of a thousand who all come ten times stays below. */
const MAX_PEOPLE = 10_000;
const MAX_CHAT = 5000;
/** How often the camera is turned on: a press may be lost. */
const CAMERA_PRESSES = 2;

export interface MeetingWatchDeps {
  readonly page: MeetingPage;
  readonly hearing: Hearing;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (news: VisitNews) => void;
  readonly orders: { readonly otherBots: readonly OtherBot[] };
  readonly showsPicture: boolean;
  /** Whether the page's list has everybody who is there. */
  readonly listsEverybody: boolean;
  /** By which other bots are known; empty for no way to tell. */
  readonly botNameParts: readonly string[];
}

/** What a page shows of its meeting at one moment. */
export interface Sight {
  readonly entries: readonly RosterEntry[];
  readonly rows: readonly ChatRow[];
}

/** Who is in the meeting and what is written there, while the bot is inside. */
export class MeetingWatch {
  /** Who counts of those who are there. */
  company = nobodyYet;
  readonly #deps: MeetingWatchDeps;
  readonly #roster = new Roster();
  readonly #peopleIds = new Set<string>();
  readonly #chatIds = new Set<string>();
  readonly #isBot: (name: string) => boolean;
  readonly #ownBots = new OwnBots();
  #toldIdentity = '';
  #cameraPresses = 0;

  constructor(deps: MeetingWatchDeps) {
    this.#deps = deps;
    this.#isBot = botNames(deps.botNameParts);
  }

  /** Whose name this is; empty for nobody's, or that of several. */
  idOf(name: string): string {
    return this.#roster.idOf(name);
  }

  /** What there is to be seen. */
  async see(): Promise<Sight> {
    const { page, log } = this.#deps;
    const chat = page.chat().catch((error: unknown) => {
      swallow(log, error, 'who is there is told without what is written');
      return [];
    });
    const [entries, rows] = await Promise.all([page.roster(), chat]);
    return { entries, rows };
  }

  /** Takes what was seen, once a second. */
  async look({ entries: seen, rows }: Sight): Promise<void> {
    const { hearing, clock } = this.#deps;
    const entries = seen.filter(({ id }) => this.#isListed(id));
    const atMs = hearing.meetingMs();
    const participants = this.#roster.look(entries, atMs);
    const evidence = this.#roster.assign((id, known) => {
      const heard = hearing.attribution.tracksOf(id);
      return heard.length > 0 ? heard : known.filter((track) => isUnclaimed(hearing, track));
    }, atMs);
    hearing.note({ participants: [...participants, ...evidence] });
    this.#identify(entries);
    this.#countOthers(clock.now());
    hearing.note({ chat: this.#readChat(rows, atMs) });
    await this.#showPicture();
  }

  /** Tells by what the others know this bot: by its id, else by its connections. */
  #identify(entries: readonly RosterEntry[]): void {
    const { hearing, listsEverybody, tell } = this.#deps;
    const own = entries.find(({ id, isSelf }) => isSelf && id !== 'self');
    const certificates = own || listsEverybody ? [] : hearing.media.ownCertificates();
    const identity = { rosterId: own?.id ?? '', certificates };
    const text = JSON.stringify(identity);
    if (text === this.#toldIdentity) return;
    this.#toldIdentity = text;
    tell({ case: 'identified', identity });
  }

  #countOthers(now: number): void {
    const { hearing, listsEverybody, orders } = this.#deps;
    const { media, attribution } = hearing;
    const { others } = this.#roster;
    const tracksOf = ({ id, trackIds }: RosterEntry) => [...trackIds, ...attribution.tracksOf(id)];
    this.#ownBots.take(orders.otherBots, now);
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
    this.company = lookAround(this.company, kinds, { now, lastVoiceAt });
  }

  /** A host who turns the camera off again has the last word. */
  async #showPicture(): Promise<void> {
    const { page, showsPicture, log } = this.#deps;
    if (!showsPicture || this.#cameraPresses >= CAMERA_PRESSES) return;
    const isPressed = await page.turnCameraOn().catch((error: unknown) => swallow(log, error, 'looked for again'));
    if (isPressed) this.#cameraPresses += 1;
  }

  #isListed(id: string): boolean {
    if (this.#peopleIds.size < MAX_PEOPLE) this.#peopleIds.add(id);
    return this.#peopleIds.has(id);
  }

  #readChat(rows: readonly ChatRow[], atMs: number): ChatLine[] {
    const lines: ChatLine[] = [];
    for (const { id, sender, senderId, text } of rows) {
      if (this.#chatIds.has(id) || this.#chatIds.size >= MAX_CHAT) continue;
      this.#chatIds.add(id);
      lines.push({ messageId: id, senderName: sender, senderId, text, atMs });
    }
    return lines;
  }
}

/** Whether evidence gives this track to nobody else. */
function isUnclaimed(hearing: Hearing, track: string): boolean {
  return hearing.attribution.ownerOf(track) === undefined;
}
