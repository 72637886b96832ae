import { createHash } from 'node:crypto';
import { z } from 'zod';
import { plainText } from '@earshot/kernel';

// Every text that a page says passes one of these, whichever way it came.

/** Code points. Entra allows names of 256; what is longer is cut. */
const MAX_NAME = 256;
/** Code points; 800 bytes at most, which an index takes. */
const MAX_ID = 200;
/** Of a chat message. */
const MAX_MESSAGE = 5000;
/** Of a row of captions: the longest one of Meet's is half an hour of one speaker. */
const MAX_CAPTION = 50_000;
/** Hexadecimal digits that keep two ids apart. */
const HASH_DIGITS = 32;

/**
 * What a page knows something by. One that is too long, or has what cannot be stored, ends with a hash of all of it: two
 * that differ stay two, and the same one is the same wherever the page says it.
 */
export function pageId(id: string): string {
  const plain = plainText(id, MAX_ID);
  if (plain === id) return id;
  const hash = createHash('sha256').update(id, 'utf16le').digest('hex').slice(0, HASH_DIGITS);
  return `${plainText(plain, MAX_ID - HASH_DIGITS - 1)}~${hash}`;
}

/** What somebody is called: one line. */
export function pageName(name: string): string {
  return plainText(name, MAX_NAME).replaceAll(/[\t\n]+/g, ' ');
}

/** What somebody wrote into the chat. */
export function pageMessage(text: string): string {
  return plainText(text, MAX_MESSAGE);
}

/** What a row of captions says. */
export function pageCaption(text: string): string {
  return plainText(text, MAX_CAPTION);
}

/** The same as parts of an answer that a page gives. */
export const answered = {
  id: z.string().transform(pageId),
  name: z.string().transform(pageName),
  message: z.string().transform(pageMessage),
  caption: z.string().transform(pageCaption),
};

/** A list of which each item that has not the known form costs itself alone; at most `limit`, the first ones. */
export function listOf<Item>(item: z.ZodType<Item>, limit: number): z.ZodType<Item[]> {
  return z.array(z.unknown()).transform((all) =>
    all.slice(0, limit).flatMap((each) => {
      const read = item.safeParse(each);
      return read.success ? [read.data] : [];
    }),
  );
}
