import type { EndReason } from '@earshot/kernel';

/** What a page looked like when a bot could not get in. */
export interface DebugArtifact {
  readonly reason: EndReason;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** JPEG, inputs covered; undefined when none could be taken. */
  readonly screenshot: Uint8Array | undefined;
  /** HTML without what was typed and without passcodes; empty when none could be had. */
  readonly page: string;
}
