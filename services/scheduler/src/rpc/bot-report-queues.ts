/** How many reports are committed at once: half of the pool, so that heartbeats and requests find a connection. */
const SIDE_BY_SIDE = 4;

interface Observed {
  readonly sequence: number;
  readonly ref: { readonly botId: string };
}

type Entry<O> = { readonly report: O; state: 'waiting' | 'running' | 'done' };

export interface BotReportQueuesOptions<O> {
  readonly record: (report: O) => Promise<void>;
  /** Everything up to this sequence is committed. */
  readonly acknowledge: (sequence: number) => void;
  /** A report could not be recorded; no other is begun after it. */
  readonly fail: (error: unknown) => void;
}

/**
 * One joiner's reports on their way to the database: each bot's in order, several bots concurrently. `Acknowledge` means
 * everything up to a sequence, so what is committed ahead of an earlier one waits for it.
 */
export class BotReportQueues<O extends Observed> {
  /** In the order of arrival, which is that of the sequences. */
  readonly #underway: Entry<O>[] = [];
  readonly #options: BotReportQueuesOptions<O>;
  #isClosed = false;

  constructor(options: BotReportQueuesOptions<O>) {
    this.#options = options;
  }

  add(report: O): void {
    this.#underway.push({ report, state: 'waiting' });
    this.#startSome();
  }

  /** Begins no more of them: the stream is gone, and the joiner repeats on its next one what was not acknowledged. */
  close(): void {
    this.#isClosed = true;
  }

  #startSome(): void {
    if (this.#isClosed) return;
    let running = this.#underway.filter(({ state }) => state === 'running').length;
    const busy = new Set<string>();
    for (const entry of this.#underway) {
      if (running >= SIDE_BY_SIDE) return;
      const { botId } = entry.report.ref;
      if (entry.state === 'waiting' && !busy.has(botId)) {
        running += 1;
        this.#run(entry);
      }
      if (entry.state !== 'done') busy.add(botId);
    }
  }

  #run(entry: Entry<O>): void {
    entry.state = 'running';
    this.#options.record(entry.report).then(
      () => {
        entry.state = 'done';
        this.#acknowledge();
        this.#startSome();
      },
      (error: unknown) => {
        this.close();
        this.#options.fail(error);
      },
    );
  }

  #acknowledge(): void {
    let last: number | undefined;
    while (this.#underway[0]?.state === 'done') last = this.#underway.shift()?.report.sequence;
    if (last !== undefined) this.#options.acknowledge(last);
  }
}
