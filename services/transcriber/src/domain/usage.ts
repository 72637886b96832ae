/** What a provider bills for one session or one recording. */
export interface Usage {
  readonly usageId: string;
  readonly engine: string;
  /** Audio that was sent, milliseconds. */
  readonly audioMs: number;
  /** How long the session was open, milliseconds; 0 for a recording. AssemblyAI bills this one for live audio. */
  readonly openMs: number;
}

/** All usage of one engine for a transcript. */
export interface UsageSum {
  readonly engine: string;
  /** Sessions, or recordings. */
  readonly times: number;
  readonly audioMs: number;
  readonly openMs: number;
}
