import type { AssignmentRef } from '@earshot/kernel';
import { refKey, type ReportedEvent } from './bot.ts';

export interface BotReport {
  readonly sequence: number;
  readonly ref: AssignmentRef;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: ReportedEvent;
}

/** Reports that are not known to be committed, in the order in which they were made. */
export class UnackedReports {
  #waiting: BotReport[] = [];
  #last = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(ref: AssignmentRef, event: ReportedEvent, at: number): BotReport {
    const report = { sequence: ++this.#last, ref, at, event };
    this.#waiting.push(report);
    return report;
  }

  /** Everything to be repeated on a new stream. */
  all(): readonly BotReport[] {
    return this.#waiting;
  }

  /** Takes out everything up to `sequence` and answers the assignments whose end is now known. */
  acknowledge(sequence: number): AssignmentRef[] {
    const done = this.#waiting.filter((report) => report.sequence <= sequence);
    this.#waiting = this.#waiting.filter((report) => report.sequence > sequence);
    return done.filter(({ event }) => event.seen === 'ended').map(({ ref }) => ref);
  }

  /** The assignment is stale: no report of it is wanted. */
  forget(ref: AssignmentRef): void {
    this.#waiting = this.#waiting.filter((report) => refKey(report.ref) !== refKey(ref));
  }
}
