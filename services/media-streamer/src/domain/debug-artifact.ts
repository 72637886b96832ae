/** What a page looked like when a bot could not get in. */
export type DebugKind = 'screenshot' | 'page';

export interface DebugArtifact {
  /** Which attempt to join it is of. */
  readonly attempt: number;
  readonly kind: DebugKind;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  /** Why the attempt failed. */
  readonly reason: string;
  readonly bytes: number;
}

/** The page is text to be read: a page of a stranger is never to be run from our own address. */
export const debugTypes: Readonly<Record<DebugKind, string>> = {
  screenshot: 'image/jpeg',
  page: 'text/plain; charset=utf-8',
};

/** A picture of a page is a tenth of it; its text is cut by whoever takes it. */
export const MAX_DEBUG_BYTES = 2 * 1024 * 1024;
