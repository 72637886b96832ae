import { describe, expect, it } from 'vitest';
import { captionPress, type CaptionPlace } from './caption-press.ts';

describe('captionPress', () => {
  it.each<[string, CaptionPlace[], CaptionPlace | undefined]>([
    ['turns captions on', ['showCaptions', 'captionsMenu', 'moreButton'], 'showCaptions'],
    ['confirms the language, over everything', ['confirmLanguage', 'showCaptions', 'moreButton'], 'confirmLanguage'],
    ['opens the menu once they are on', ['captionsMenu', 'moreButton'], 'captionsMenu'],
    ['asks the menu for the transcript', ['transcriptItem', 'captionsMenu', 'moreButton'], 'transcriptItem'],
    ['turns them on first, in a menu too', ['showItem', 'transcriptItem', 'moreButton'], 'showItem'],
    ['finds them among the other controls', ['captionsItem', 'moreButton'], 'captionsItem'],
    ['looks behind the last control', ['moreButton'], 'moreButton'],
    ['asks nobody for captions', ['captionsRefused', 'captionsMenu', 'moreButton'], undefined],
    ['waits for the controls', [], undefined],
  ])('%s', (_, found, expected) => {
    expect(captionPress(Object.fromEntries(found.map((place) => [place, {}])))).toBe(expected);
  });
});
