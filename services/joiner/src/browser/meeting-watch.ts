import { swallow, type Clock, type Log } from '@earshot/kernel';
import { botNames, lookAround, nobodyYet } from '../domain/company.ts';
import { Roster, type RosterEntry } from '../domain/roster.ts';
import type { ChatLine } from '../domain/stretch.ts';
import type { ChatRow } from '../platforms/chat-row.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { Hearing } from './hearing.ts';

/** Bounds for what a page may make us keep. */
const MAX_PEOPLE = 1000;
const MAX_CHAT = 5000;
const MAX_NAME = 200;
const MAX_TEXT = 5000;
/** How often the camera is turned on: a press may be lost. */
const CAMERA_PRESSES = 2;

export interface MeetingWatchDeps {
  readonly page: MeetingPage;
  readonly hearing: Hearing;
  readonly clock: Clock;
  readonly log: Log;
  readonly showsPicture: boolean;
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
    const { page } = this.#deps;
    const [entries, rows] = await Promise.all([page.roster(), page.chat()]);
    return { entries, rows };
  }

  /** Takes what was seen, once a second. */
  async look({ entries: seen, rows }: Sight): Promise<void> {
    const { hearing, clock } = this.#deps;
    const entries = seen.slice(0, MAX_PEOPLE).map(bounded);
    const atMs = hearing.meetingMs();
    const participants = this.#roster.look(entries, atMs);
    const evidence = this.#roster.assign((id, known) => {
      const heard = hearing.attribution.tracksOf(id);
      return heard.length > 0 ? heard : known.filter((track) => isUnclaimed(hearing, track));
    }, atMs);
    hearing.note({ participants: [...participants, ...evidence] });
    this.company = lookAround(this.company, this.#roster.names, { now: clock.now(), isBot: this.#isBot });
    hearing.note({ chat: this.#readChat(rows, atMs) });
    await this.#showPicture();
  }

  /** A host who turns the camera off again has the last word. */
  async #showPicture(): Promise<void> {
    const { page, showsPicture, log } = this.#deps;
    if (!showsPicture || this.#cameraPresses >= CAMERA_PRESSES) return;
    const isPressed = await page.turnCameraOn().catch((error: unknown) => swallow(log, error, 'looked for again'));
    if (isPressed) this.#cameraPresses += 1;
  }

  #readChat(rows: readonly ChatRow[], atMs: number): ChatLine[] {
    const fresh = rows.filter(({ id }) => !this.#chatIds.has(id)).slice(0, MAX_CHAT - this.#chatIds.size);
    return fresh.map(({ id, sender, text }) => {
      this.#chatIds.add(id);
      return { messageId: id, senderName: sender.slice(0, MAX_NAME), text: text.slice(0, MAX_TEXT), atMs };
    });
  }
}

/** Whether evidence gives this track to nobody else. */
function isUnclaimed(hearing: Hearing, track: string): boolean {
  return hearing.attribution.ownerOf(track) === undefined;
}

function bounded(entry: RosterEntry): RosterEntry {
  return {
    ...entry,
    id: entry.id.slice(0, MAX_NAME),
    name: entry.name.slice(0, MAX_NAME),
    trackIds: entry.trackIds.slice(0, 20),
  };
}
