/** From when to when somebody was in the meeting: milliseconds of the recording; `leftMs` is zero for one who stayed to its end. */
export interface Stay {
  readonly joinedMs: number;
  readonly leftMs: number;
}

/** A stay as it is to be heard, microseconds of the recording. */
export interface Presence {
  readonly fromUs: number;
  readonly toUs: number;
  /** Whatever comes before this is of it: pages tell who came and left a little late. */
  readonly untilUs: number;
}

/** Stays in order, each with what lies around it, halfway to the next one. */
export function presencesOf(stays: readonly Stay[], endMs: number): Presence[] {
  const ended = stays.map(({ joinedMs, leftMs }) => ({ fromMs: joinedMs, toMs: leftMs === 0 ? endMs : leftMs }));
  return ended.map(({ fromMs, toMs }, index) => {
    const next = ended[index + 1];
    return {
      ...{ fromUs: fromMs * 1000, toUs: Math.max(fromMs, toMs) * 1000 },
      untilUs: next ? ((toMs + next.fromMs) / 2) * 1000 : Infinity,
    };
  });
}
