import { swallow, type Clock, type Log } from '@earshot/kernel';
import { botNames, lookAround, nobodyYet, type Other } from '../domain/company.ts';
import { Roster, type RosterEntry } from '../domain/roster.ts';
import type { ChatLine } from '../domain/stretch.ts';
import type { ChatRow } from '../platforms/chat-row.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { Hearing } from './hearing.ts';

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
    this.#countOthers(clock.now());
    hearing.note({ chat: this.#readChat(rows, atMs) });
    await this.#showPicture();
  }

  #countOthers(now: number): void {
    const { hearing, listsEverybody } = this.#deps;
    const { others } = this.#roster;
    const kinds = others.map((entry) => this.#kindOf(entry));
    const ofBots = others.filter((_, index) => kinds[index] === 'bot');
    const owned = new Set(ofBots.flatMap(({ id, trackIds }) => [...trackIds, ...hearing.attribution.tracksOf(id)]));
    // Where the page names everybody, a voice that it gives to nobody may be that of a bot.
    const mayBeUnlisted = !listsEverybody || others.length === 0;
    const lastVoiceAt = mayBeUnlisted ? hearing.media.lastVoiceBeside(owned) : undefined;
    this.company = lookAround(this.company, kinds, { now, lastVoiceAt });
  }

  #kindOf({ name, isAnonymous }: RosterEntry): Other {
    if (isAnonymous) return 'sound';
    return this.#isBot(name) ? 'bot' : 'person';
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
