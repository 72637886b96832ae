import type { RecordingPermission } from '../../domain/recording-permission.ts';

export interface ZoomRecordingMarks {
  readonly hasFooter: boolean;
  readonly hasRecordControl: boolean;
  /** The menu of the record control is open and has the request. */
  readonly hasItem: boolean;
  /** It can be pressed. */
  readonly canRequest: boolean;
  readonly isAllowed: boolean;
  readonly isDenied: boolean;
  readonly isIgnored: boolean;
}

/** How often it is tried to ask, and how often a page without its footer is looked at again. */
const TRIES = 4;

/** The permission by one look, `tries` being the looks before it; undefined: the page can be asked. */
export function zoomPermission(
  marks: ZoomRecordingMarks,
  { before, tries }: { before: RecordingPermission; tries: number },
): RecordingPermission | undefined {
  if (before === 'not-offered' || before === 'allowed') return before;
  const isAsked = before !== 'unknown';
  // A meeting that is recorded already takes no request; after a refusal the host may still begin.
  if (marks.isAllowed) return isAsked ? 'allowed' : 'not-offered';
  if (isAsked && marks.isDenied) return 'denied';
  if (isAsked && marks.isIgnored) return 'ignored';
  if (isAsked) return before;
  if (tries >= TRIES) return 'not-offered';
  if (!marks.hasRecordControl) return marks.hasFooter ? 'not-offered' : 'unknown';
  return marks.hasItem && !marks.canRequest ? 'not-offered' : undefined;
}
