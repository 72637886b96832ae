import { decoded, hostOf } from './link-form.ts';
import { bareMeetCode } from './google-meet.ts';

/** Wrappers within wrappers, at most. */
const MAX_DEPTH = 5;
/** Links in one text, at most. */
const MAX_LINKS = 20;

const withScheme = /https?:\/\/[^\s<>"'`|\\^{}]+/gi;
const encodedScheme = /https?%(?:25)*3a%(?:25)*2f%(?:25)*2f[^\s<>"'`]+/gi;
/** Links without a scheme, of hosts that need no guessing. */
const withoutScheme =
  /(?<![\w./@-])(?:(?:www\.)?meet\.google\.com|(?:[\w-]+\.){0,2}(?:zoom\.us|zoomgov\.com)|(?:(?:gov|dod)\.)?teams\.(?:microsoft\.com|microsoft\.us|live\.com|cloud\.microsoft))\/[^\s<>"'`]+/gi;

/** Services that put a link into one of their own, and the parameters they put it in. */
const wrappers: readonly { host: RegExp; path: RegExp; parameters: readonly string[] }[] = [
  { host: /^(?:www\.)?google\.[a-z.]{2,6}$/, path: /^\/url$/, parameters: ['q', 'url'] },
  { host: /(?:^|\.)safelinks\.protection\.(?:outlook\.com|office365\.us)$/, path: /^\//, parameters: ['url'] },
  { host: /^statics\.teams\.cdn\.(?:office\.net|live\.net)$/, path: /\/safelinks\//, parameters: ['url'] },
];

/** The links in a text, each without its wrappers, in their order. */
export function linksIn(text: string): URL[] {
  const plain = text.trim().replaceAll('&amp;', '&');
  if (bareMeetCode.test(plain)) return [new URL(`https://meet.google.com/${plain.toLowerCase()}`)];
  const found = [
    ...(plain.match(withScheme) ?? []),
    ...(plain.match(encodedScheme) ?? []).map(decodedWhole),
    ...(plain.match(withoutScheme) ?? []).map((link) => `https://${link}`),
  ].slice(0, MAX_LINKS);
  return found.flatMap((link) => URL.parse(unpunctuated(link)) ?? []).map((url) => unwrap(url, MAX_DEPTH));
}

function unwrap(url: URL, depth: number): URL {
  const host = hostOf(url);
  const wrapper = wrappers.find((known) => known.host.test(host) && known.path.test(url.pathname));
  if (!wrapper || depth === 0) return url;
  const given = wrapper.parameters.map((name) => url.searchParams.get(name)).find(Boolean);
  const inner = given ? URL.parse(decodedWhole(given)) : null;
  return inner && /^https?:$/.test(inner.protocol) ? unwrap(inner, depth - 1) : url;
}

/** A link of which even the scheme is encoded, once or several times. */
function decodedWhole(link: string): string {
  let text = link;
  for (let round = 0; round < MAX_DEPTH && /^https?%/i.test(text); round++) text = decoded(text);
  return text;
}

/** Without the punctuation of the sentence that the link stands in. */
function unpunctuated(link: string): string {
  const text = link.replace(/[.,;:!?*\]]+$/, '');
  const isOpened = text.split('(').length > text.split(')').length - 1;
  if (!text.endsWith(')') || (isOpened && text.includes('('))) return text;
  return unpunctuated(text.slice(0, -1));
}
