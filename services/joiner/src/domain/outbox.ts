import { seatKey, type Seat, type Sighting } from './bot.ts';

export interface Observation {
  readonly sequence: number;
  readonly seat: Seat;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly sighting: Sighting;
}

/** What was seen and is not known to be committed; in the order in which it was seen. */
export class Outbox {
  #waiting: Observation[] = [];
  #last = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(seat: Seat, sighting: Sighting, at: number): Observation {
    const observation = { sequence: ++this.#last, seat, at, sighting };
    this.#waiting.push(observation);
    return observation;
  }

  /** Everything to be repeated on a new line. */
  all(): readonly Observation[] {
    return this.#waiting;
  }

  /** Takes out everything up to `sequence` and answers the seats whose end is now known. */
  acknowledge(sequence: number): Seat[] {
    const done = this.#waiting.filter((observation) => observation.sequence <= sequence);
    this.#waiting = this.#waiting.filter((observation) => observation.sequence > sequence);
    return done.filter(({ sighting }) => sighting.seen === 'ended').map(({ seat }) => seat);
  }

  /** The seat is stale: nobody wants to hear of it. */
  forget(seat: Seat): void {
    this.#waiting = this.#waiting.filter((observation) => seatKey(observation.seat) !== seatKey(seat));
  }
}
