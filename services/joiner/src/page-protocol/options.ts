/** What of a platform the code in its pages has to know. */
export interface InPageMarks {
  /** Whether the page must not find `createEncodedStreams`. */
  readonly hidesEncodedStreams: boolean;
  /** Where participants' video comes by no receiver: what stands for one person there, and their name inside it. */
  readonly undecodedTiles?: { readonly tile: string; readonly name: string };
  /**
   * Marks that stand while somebody speaks, where people are known by name: `mark` inside or on `holder`, `name` inside it, and `own`
   * where the page says that the bot itself is meant: a label there, as a regular expression (case ignored).
   */
  readonly speakers?: readonly {
    readonly mark: string;
    readonly holder: string;
    readonly name: string;
    readonly own?: { readonly at: string; readonly label: string };
  }[];
  /** Marks whose class changes while somebody speaks; only where tracks do not carry it themselves. */
  readonly indicators?: {
    readonly indicator: string;
    readonly tile: string;
    readonly idAttribute: string;
    /** Where a mark stands for as long as somebody speaks, and does not move: the meters that carry it. */
    readonly speaking?: string;
  };
}

/** What the script of a page is started with: see in-page/start.ts. */
export interface InPageOptions extends InPageMarks {
  /** Name of the CDP binding on `window`. */
  readonly binding: string;
  readonly botName: string;
  /** What connections may try although it is not public, as `EGRESS_ALLOW` has it: hosts, addresses, networks, with a port or without. */
  readonly allow: readonly string[];
  /** What the camera shows in place of the name, JPEG in base64; empty for none. */
  readonly picture: string;
  /** Where encoded video goes: see page-socket.ts; empty where nobody wants it. */
  readonly videoSocket: string;
  /** By which the page's devices get what the bot says and shows: see voice-layout.ts. */
  readonly deviceSocket: string;
  /** How often received sound is flushed from the page, milliseconds. */
  readonly flushIntervalMs: number;
}
