import { isShown } from './look.ts';

interface WebSigns {
  /** Texts of alerts, dialogs and headings, as far as they are shown. */
  notices: string[];
  /** Texts that stand where a page says how things are. */
  statuses: string[];
  /** Something runs that has no end yet. */
  isBusy: boolean;
  /** What the page shows, the beginning of it; empty where it was not asked for. */
  text: string;
}

/** Characters of a text that says one thing, and of all that a page shows. */
const MAX_NOTICE = 300;
const MAX_SHOWN = 5000;
const MAX_NOTICES = 20;

/** What a page of an unknown make says of how things are. */
export function webSigns({ withText }: { withText: boolean }): WebSigns {
  const textsOf = (css: string) =>
    [...document.querySelectorAll<HTMLElement>(css)]
      .filter((element) => isShown(element))
      .map((element) => element.innerText.replace(/\s+/g, ' ').trim().slice(0, MAX_NOTICE))
      .filter((text) => text !== '')
      .slice(0, MAX_NOTICES);
  return {
    notices: textsOf(
      '[role="alert"], [role="alertdialog"], [role="dialog"], dialog[open], [aria-live="assertive"], h1, h2',
    ),
    statuses: textsOf('[role="status"]'),
    isBusy: [...document.querySelectorAll('[aria-busy="true"], progress, [role="progressbar"]')].some(isShown),
    text: withText ? (document.body?.innerText ?? '').slice(0, MAX_SHOWN) : '',
  };
}
