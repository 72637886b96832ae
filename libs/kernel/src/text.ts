/** C0 and C1 controls but tab and line feed, and halves of surrogate pairs, which no UTF-8 can carry. */
const unprintable = /[\p{Cs}\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;
/** So many times its bound is read of a text: what is dropped from it may be longer than what stays. */
const READ_FACTOR = 8;

/**
 * A stranger's text as every store takes it: well-formed Unicode without U+0000 and other controls, cut at so many code
 * points. Tabs and line feeds stay.
 */
export function plainText(text: string, maxCodePoints: number): string {
  const plain = text.slice(0, READ_FACTOR * maxCodePoints).replace(unprintable, '');
  if (plain.length <= maxCodePoints) return plain;
  // A code point is two units at most, so that what the cut may break in half lies beyond the bound.
  return Array.from(plain.slice(0, 2 * maxCodePoints))
    .slice(0, maxCodePoints)
    .join('');
}
