import { bareMeetCode } from './google-meet.ts';
import { decodedWhole, innerOf } from './wrappers.ts';

/** Wrappers within wrappers, at most. */
const MAX_DEPTH = 5;
/** Links in one text, at most. */
const MAX_LINKS = 20;

/** What no link goes on behind: white space, quotes and brackets of all scripts, and the full stops and commas of East Asia. */
const outside = '\\s<>"\'`|\\\\^{}“”‘’«»‹›…、。，；：！？（）「」『』【】〈〉《》〔〕｜';
const withScheme = new RegExp(`https?://[^${outside}]+`, 'gi');
/** As a parameter's value it ends with the parameter. */
const encodedScheme = new RegExp(
  `(?<==)https?%(?:25)*3a%(?:25)*2f%(?:25)*2f[^&;${outside}]+|(?<!=)https?%(?:25)*3a%(?:25)*2f%(?:25)*2f[^${outside}]+`,
  'gi',
);
/** Links without a scheme, of hosts that need no guessing. */
const withoutScheme = new RegExp(
  `(?<![\\w./@%=-])(?:(?:www\\.)?meet\\.google\\.com|(?:[\\w-]+\\.){0,2}(?:zoom\\.us|zoomgov\\.com)|(?:(?:gov|dod)\\.)?teams\\.(?:microsoft\\.com|microsoft\\.us|live\\.com|cloud\\.microsoft))/[^${outside}]+`,
  'gi',
);
/** What Zoom's application is opened by. */
const zoomScheme = new RegExp(`zoom(?:mtg|us)://[^${outside}]+`, 'gi');

export interface FoundLink {
  /** Without its wrappers. */
  readonly url: URL;
  /** Where it stands in the text. */
  readonly from: number;
  readonly to: number;
}

/** The links in a text that has nothing invisible, each without its wrappers, in their order. */
export function linksIn(plain: string): FoundLink[] {
  const code = bareMeetCode.exec(plain)?.[1];
  if (code !== undefined)
    return [{ url: new URL(`https://meet.google.com/${code.toLowerCase()}`), from: 0, to: plain.length }];
  const found = [
    ...matches(plain, withScheme, (link) => link),
    ...matches(plain, encodedScheme, decodedWhole),
    ...matches(plain, withoutScheme, (link) => `https://${link}`),
    ...matches(plain, zoomScheme, fromZoomScheme),
  ];
  return found.slice(0, MAX_LINKS).flatMap(({ link, ...place }) => {
    const url = URL.parse(link);
    return url ? [{ ...place, url: unwrap(url, MAX_DEPTH) }] : [];
  });
}

function matches(plain: string, pattern: RegExp, toLink: (text: string) => string) {
  return Array.from(plain.matchAll(pattern), ({ 0: text, index }) => {
    const link = toLink(unpunctuated(text, plain.slice(Math.max(0, index - 3), index)));
    return { link, from: index, to: index + text.length };
  });
}

function unwrap(url: URL, depth: number): URL {
  const inner = depth === 0 ? undefined : innerOf(url);
  return inner ? unwrap(inner, depth - 1) : url;
}

/** `zoommtg://zoom.us/join?confno=..&pwd=..` as the web knows it. */
function fromZoomScheme(link: string): string {
  const url = URL.parse(link.replace(/^[a-z]+:/i, 'https:'));
  const number = url?.searchParams.get('confno');
  if (!url || !number) return link;
  const passcode = url.searchParams.get('pwd');
  return `https://${url.host}/j/${encodeURIComponent(number)}${passcode ? `?pwd=${encodeURIComponent(passcode)}` : ''}`;
}

/** Without the punctuation of the sentence that the link stands in, and the markdown that was opened `before` it. */
function unpunctuated(link: string, before: string): string {
  const isEmphasised = /[_~]$/.test(before);
  const text = link.replace(isEmphasised ? /[.,;:!?*\]_~]+$/ : /[.,;:!?*\]]+$/, '');
  const isOpened = text.split('(').length > text.split(')').length - 1;
  if (!text.endsWith(')') || (isOpened && text.includes('('))) return text;
  return unpunctuated(text.slice(0, -1), before);
}
