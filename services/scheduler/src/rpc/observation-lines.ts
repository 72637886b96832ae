/** How many observations are committed at once: half of the pool, so that heartbeats and requests find a connection. */
const SIDE_BY_SIDE = 4;

interface Observed {
  readonly sequence: number;
  readonly seat: { readonly botId: string };
}

/**
 * One joiner's observations on their way to the database: each bot's in their order, several bots side by side.
 * `acknowledge` is told a sequence when everything up to it is committed, as the contract's `Acknowledge` means it.
 */
export class ObservationLines<O extends Observed> {
  /** In the order of arrival, which is that of the sequences. */
  readonly #underway: { readonly observation: O; state: 'waiting' | 'running' | 'done' }[] = [];
  readonly #does: {
    readonly record: (observation: O) => Promise<void>;
    readonly acknowledge: (sequence: number) => void;
    readonly fail: (error: unknown) => void;
  };
  #isClosed = false;

  constructor(does: {
    record: (observation: O) => Promise<void>;
    acknowledge: (sequence: number) => void;
    fail: (error: unknown) => void;
  }) {
    this.#does = does;
  }

  add(observation: O): void {
    this.#underway.push({ observation, state: 'waiting' });
    this.#startSome();
  }

  /** Begins no more of them: the line is gone, and the joiner repeats on its next one what was not acknowledged. */
  close(): void {
    this.#isClosed = true;
  }

  #startSome(): void {
    if (this.#isClosed) return;
    let running = this.#underway.filter(({ state }) => state === 'running').length;
    const busy = new Set<string>();
    for (const entry of this.#underway) {
      if (running >= SIDE_BY_SIDE) return;
      const { botId } = entry.observation.seat;
      if (entry.state === 'waiting' && !busy.has(botId)) {
        running += 1;
        this.#run(entry);
      }
      if (entry.state !== 'done') busy.add(botId);
    }
  }

  #run(entry: { readonly observation: O; state: 'waiting' | 'running' | 'done' }): void {
    entry.state = 'running';
    this.#does.record(entry.observation).then(
      () => {
        entry.state = 'done';
        this.#acknowledge();
        this.#startSome();
      },
      (error: unknown) => {
        this.close();
        this.#does.fail(error);
      },
    );
  }

  #acknowledge(): void {
    let last: number | undefined;
    while (this.#underway[0]?.state === 'done') last = this.#underway.shift()?.observation.sequence;
    if (last !== undefined) this.#does.acknowledge(last);
  }
}
