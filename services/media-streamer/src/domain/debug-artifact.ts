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

/** A screenshot is a tenth of it; the page's text is cut by the joiner that takes it. */
export const MAX_DEBUG_BYTES = 2 * 1024 * 1024;
