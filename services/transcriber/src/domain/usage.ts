/** What a provider was given in one session or one recording: what it sends a bill for. */
export interface Usage {
  readonly usageId: string;
  readonly engine: string;
  /** Audio that was sent, milliseconds. */
  readonly audioMs: number;
  /** How long the session was open, milliseconds; 0 for a recording. AssemblyAI bills this one for live audio. */
  readonly openMs: number;
}

/** All that one engine was given for a transcript. */
export interface UsageSum {
  readonly engine: string;
  /** Sessions, or recordings. */
  readonly times: number;
  readonly audioMs: number;
  readonly openMs: number;
}
