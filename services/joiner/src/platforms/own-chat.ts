/** Of the bot's texts the last ones are remembered. */
const MAX_TEXTS = 200;

/** What a bot has written into the chat, by which its rows are told from those of a person of the same name. */
export class OwnChat {
  readonly #texts = new Set<string>();

  /** The bot is about to write this. */
  add(text: string): void {
    this.#texts.add(essence(text));
    if (this.#texts.size > MAX_TEXTS) for (const oldest of this.#texts) return void this.#texts.delete(oldest);
  }

  has(text: string): boolean {
    return this.#texts.has(essence(text));
  }
}

/** What every page leaves of a text: they join lines, draw signs for smileys, and take marks for formats. */
function essence(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '') || text.replaceAll(/\s+/g, '');
}
