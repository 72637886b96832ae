import { SECOND, type OtherBot } from '@earshot/kernel';
import type { RosterEntry } from './roster.ts';

/** A bot that is out of its meeting may stand in a page's list for so long. */
const GONE_MS = 10 * SECOND;
/** Bounds for what is kept of one visit. */
const MAX_KEPT = 1000;

export interface BotSigns {
  readonly now: number;
  /** Whether the page's ids are its platform's, the same for everybody. */
  readonly sharesIds: boolean;
  /** Whether a track comes by a connection to somebody with one of these certificates. */
  readonly isFrom: (trackId: string, certificates: ReadonlySet<string>) => boolean;
  /** Whether somebody ever had a voice. Bots may speak, too: but most do not. */
  readonly hasSpoken: (entry: RosterEntry) => boolean;
}

/**
 * Which of those in a meeting are bots of this system: by the id that the page has for them, by their connections, which
 * nobody can forge, and where there is neither by their names, as often as there are bots of that name: one more is a person. Whoever has
 * spoken is the last to be one of them, and none where the page may not list them all.
 */
export class OwnBots {
  /** Ids and certificates mean the same bot for as long as the meeting lasts. */
  readonly #ids = new Set<string>();
  readonly #certificates = new Set<string>();
  #current: readonly OtherBot[] = [];
  #gone: { readonly bot: OtherBot; readonly at: number }[] = [];

  /** Takes the whole list of the other bots there. */
  take(bots: readonly OtherBot[], now: number): void {
    if (bots === this.#current) return;
    const isThere = (bot: OtherBot) =>
      bots.some(({ name, rosterId }) => name === bot.name && rosterId === bot.rosterId);
    this.#gone.push(...this.#current.filter((bot) => !isThere(bot)).map((bot) => ({ bot, at: now })));
    this.#current = bots;
    for (const { rosterId, certificates } of bots) {
      if (rosterId !== '' && this.#ids.size < MAX_KEPT) this.#ids.add(rosterId);
      for (const each of certificates) if (this.#certificates.size < MAX_KEPT) this.#certificates.add(each);
    }
  }

  /** The ids of those entries that are bots. */
  among(entries: readonly RosterEntry[], { now, sharesIds, isFrom, hasSpoken }: BotSigns): ReadonlySet<string> {
    this.#gone = this.#gone.filter(({ at }) => now - at < GONE_MS);
    const isKnown = ({ id, trackIds }: RosterEntry) =>
      this.#ids.has(id) || (trackIds.length > 0 && trackIds.every((track) => isFrom(track, this.#certificates)));
    const known = entries.filter(isKnown);
    const others = entries.filter((entry) => !isKnown(entry) && !entry.isAnonymous);
    const bots = new Set(known.map(({ id }) => id));
    for (const { name, isThere } of this.#unseen(known, sharesIds)) {
      const named = others.filter((entry) => entry.name === name && !bots.has(entry.id));
      // A list that has everybody has this bot, whether it has spoken or not.
      const found = named.find((entry) => !hasSpoken(entry)) ?? (sharesIds && isThere ? named[0] : undefined);
      if (found) bots.add(found.id);
    }
    return bots;
  }

  /** The bots that only their names could show, and whether they are still there. */
  #unseen(known: readonly RosterEntry[], sharesIds: boolean): { name: string; isThere: boolean }[] {
    const isUnseen = ({ name, rosterId }: OtherBot) =>
      name !== '' && (rosterId === '' || !(sharesIds || known.some(({ id }) => id === rosterId)));
    const unseen = [
      ...this.#current.filter(isUnseen).map(({ name }) => ({ name, isThere: true })),
      ...this.#gone.filter(({ bot }) => isUnseen(bot)).map(({ bot: { name } }) => ({ name, isThere: false })),
    ];
    // Who is known by a connection is not looked for by the name again.
    for (const { id, name } of known) {
      const at = this.#ids.has(id) ? -1 : unseen.findIndex((each) => each.name === name);
      if (at >= 0) unseen.splice(at, 1);
    }
    return unseen;
  }
}
