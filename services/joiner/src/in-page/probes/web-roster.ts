import type { SeenPerson } from './seen-person.ts';
import { toldName } from './told-name.ts';

/** Everybody whom a page of an unknown make shows: its tiles, and whatever plays sound. */
export function webRoster(): SeenPerson[] {
  const people = new Map<string, SeenPerson>();
  const person = (id: string, tile: Element | null): SeenPerson => {
    const known = people.get(id);
    if (known) return known;
    const made = {
      id,
      name: tile ? tileName(tile) : '',
      isMarkedSelf: tile ? isMarkedSelf(tile) : false,
      trackIds: [],
    };
    people.set(id, made);
    return made;
  };
  for (const tile of document.querySelectorAll('[data-participant-id]')) {
    person(tile.getAttribute('data-participant-id') ?? '', tile);
  }
  for (const media of document.querySelectorAll<HTMLMediaElement>('audio, video')) {
    const stream = media.srcObject;
    if (!(stream instanceof MediaStream)) continue;
    const tile = tileOf(media);
    // Who has left may have left their player behind.
    const sounds = stream.getAudioTracks().filter(({ readyState }) => readyState === 'live');
    const id = tile?.getAttribute('data-participant-id') ?? `stream:${stream.id}`;
    const owner = person(id, tile);
    for (const name of sounds.map(toldName)) {
      if (!owner.trackIds.includes(name)) owner.trackIds.push(name);
    }
  }
  return [...people.values()].filter(({ id }) => id !== '');
}

/** The closest element that stands for one person: labelled, and with no other stream inside. */
function tileOf(media: HTMLMediaElement): Element | null {
  const tile = media.closest('[data-participant-id]') ?? media.closest('[aria-label], figure:has(figcaption)');
  if (!tile) return null;
  const streams = [...tile.querySelectorAll<HTMLMediaElement>('audio, video')].map(({ srcObject }) => srcObject);
  return new Set(streams.filter(Boolean)).size <= 1 ? tile : null;
}

function tileName(tile: Element): string {
  const caption = tile.querySelector('figcaption')?.textContent ?? '';
  const text = tile.getAttribute('aria-label') ?? caption;
  return text.replace(/\s*\((you|me)\)\s*$/i, '').trim();
}

function isMarkedSelf(tile: Element): boolean {
  const texts = [tile.getAttribute('aria-label'), tile.querySelector('figcaption')?.textContent];
  return tile.matches('[data-self], [data-local]') || texts.some((text) => /\((you|me)\)\s*$/i.test(text ?? ''));
}
