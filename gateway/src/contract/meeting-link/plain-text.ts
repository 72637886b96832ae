/** Characters that show nothing, which mail and chat programs put around links: joiners, marks of direction, soft hyphens. */
const invisible = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
/** The same, encoded as a browser copies them. */
const invisibleEncoded =
  /%(?:25)?(?:C2%(?:25)?AD|E2%(?:25)?80%(?:25)?(?:8[B-F]|A[A-E])|E2%(?:25)?81%(?:25)?A[0-9A-F]|EF%(?:25)?BB%(?:25)?BF)/gi;
/** What word processors make of the hyphens in a Google Meet code. */
const dashedCode = /\b([a-z]{3})[-\u2010-\u2015\u2212]([a-z]{4})[-\u2010-\u2015\u2212]([a-z]{3})\b/gi;
const space = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;

/** Named references of HTML that stand in links and around them. */
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  equals: '=',
  quest: '?',
  sol: '/',
  colon: ':',
  period: '.',
  num: '#',
  lowbar: '_',
  ast: '*',
  zwnj: '',
  zwj: '',
  shy: '',
};
const reference = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));/gi;
/** References within references, at most: `&amp;amp;`. */
const MAX_ROUNDS = 3;

/** A text as its reader sees it: without what is invisible, HTML's references and the line ends of quoted-printable resolved. */
export function plainText(text: string): string {
  let plain = /=\r?\n/.test(text) ? quotedPrintable(text) : text;
  for (let round = 0; round < MAX_ROUNDS && plain.includes('&'); round++) {
    const resolved = plain.replace(reference, resolve);
    if (resolved === plain) break;
    plain = resolved;
  }
  return plain
    .replace(invisible, '')
    .replace(invisibleEncoded, '')
    .replace(space, ' ')
    .replace(dashedCode, '$1-$2-$3')
    .trim();
}

function resolve(whole: string, ...[hex, decimal, name]: (string | undefined)[]): string {
  if (name !== undefined) return named[name.toLowerCase()] ?? whole;
  const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
}

/** RFC 2045, 6.7: what mail looks like in its source. Only where a line ends with `=` is it taken for that. */
function quotedPrintable(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/=(3D|26|3F|2E|20)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
