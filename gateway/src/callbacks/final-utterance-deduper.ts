/** Bots whose words are remembered: more than are in meetings at one time. */
const BOTS = 5000;
/** Of each bot: more than a fact can be behind its preview. */
const WORDS = 1000;

interface Story {
  /** Ids of final words in the order of sending, the newest last. */
  readonly told: string[];
  /** Ends when what is being sent is sent. */
  turn: Promise<void>;
}

/**
 * Which final words of each bot were sent. They come twice: as a preview once they are committed, which may be lost, and
 * as a fact, which is late. Whichever comes first is sent, in the order of the facts: a preview is sent where
 * everything before it was, else it is left to its fact. What is forgotten here, by a start or for want of room, is sent
 * by its fact and may be sent twice, under one id.
 */
export class FinalUtteranceDeduper {
  readonly #stories = new Map<string, Story>();

  /** Words of a fact, sent unless they were. Throws what `tell` throws; they count as not sent then. */
  async fact(botId: string, utteranceId: string, tell: () => Promise<void>): Promise<void> {
    await this.#inTurn(botId, async ({ told }) => {
      if (!told.includes(utteranceId)) await this.#tell(told, utteranceId, tell);
    });
  }

  /** Previewed words whose fact stands next to that of `after`. Throws as above. */
  async publishEphemeral(
    botId: string,
    { utteranceId, after }: { readonly utteranceId: string; readonly after: string },
    tell: () => Promise<void>,
  ): Promise<void> {
    // Nobody knows what was sent about a bot of which nothing is known.
    if (!this.#stories.has(botId)) return;
    await this.#inTurn(botId, async ({ told }) => {
      if (told.at(-1) === after) await this.#tell(told, utteranceId, tell);
    });
  }

  /** Nothing more is sent about a bot. */
  forget(botId: string): void {
    this.#stories.delete(botId);
  }

  async #tell(told: string[], utteranceId: string, tell: () => Promise<void>): Promise<void> {
    await tell();
    told.push(utteranceId);
    if (told.length > WORDS) told.shift();
  }

  async #inTurn(botId: string, work: (story: Story) => Promise<void>): Promise<void> {
    const story = this.#storyOf(botId);
    const mine = story.turn.then(() => work(story));
    story.turn = mine.catch(() => {});
    await mine;
  }

  #storyOf(botId: string): Story {
    const known = this.#stories.get(botId);
    if (known) return known;
    if (this.#stories.size >= BOTS) this.#stories.delete(this.#stories.keys().next().value ?? '');
    const story: Story = { told: [], turn: Promise.resolve() };
    this.#stories.set(botId, story);
    return story;
  }
}
