/** The places on the way to the full transcript. */
export type CaptionPlace =
  | 'confirmLanguage'
  | 'showCaptions'
  | 'captionsRefused'
  | 'showItem'
  | 'transcriptItem'
  | 'captionsMenu'
  | 'captionsItem'
  | 'moreButton';

/** From the end of the way to its beginning: each is there once one after it was pressed. */
const way = [
  'confirmLanguage',
  'showCaptions',
  'showItem',
  'transcriptItem',
  'captionsMenu',
  'captionsItem',
  'moreButton',
] as const satisfies readonly CaptionPlace[];

/**
 * What is to be pressed for the transcript to be shown; undefined where captions are not to be had. A host who keeps them
 * could be asked for them, which is left to people.
 */
export function captionPress(found: Readonly<Partial<Record<CaptionPlace, unknown>>>): CaptionPlace | undefined {
  const place = way.find((each) => found[each] !== undefined);
  return place !== 'confirmLanguage' && found.captionsRefused !== undefined ? undefined : place;
}
