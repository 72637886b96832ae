import type { SeenPerson } from './seen-person.ts';

/**
 * Everybody in Zoom's list, and whom only the tiles show: the list draws the rows in sight. The page names people and gives
 * them no ids, so the id is the name, counted where several share it. The bot itself is not counted: whoever is called like
 * it has the name alone, as the page's marks of speaking have.
 */
export function zoomRoster(css: {
  row: string;
  rowName: string;
  rowLabel: string;
  tile: string;
  tileName: string;
  botName: string;
}): SeenPerson[] {
  const shown: { name: string; isMarkedSelf: boolean }[] = [];
  for (const row of document.querySelectorAll(css.row)) {
    const name = row.querySelector(css.rowName)?.textContent?.trim() ?? '';
    const label = row.querySelector(css.rowLabel)?.textContent ?? '';
    if (name) shown.push({ name, isMarkedSelf: /[(,]\s*me\s*[,)]/i.test(label) });
  }
  const listed = [...shown];
  for (const tile of document.querySelectorAll(css.tile)) {
    const text = tile.querySelector(css.tileName)?.textContent?.trim() ?? '';
    const name = text.replace(/ is connecting to audio$/, '');
    const at = listed.findIndex((person) => person.name === name);
    if (at >= 0) listed.splice(at, 1);
    else if (name) shown.push({ name, isMarkedSelf: false });
  }
  const self = shown.find(({ isMarkedSelf }) => isMarkedSelf) ?? shown.find(({ name }) => name === css.botName);
  const counts = new Map<string, number>();
  return shown.map((person) => {
    const { name } = person;
    if (person === self) return { id: 'self', name, isMarkedSelf: true, trackIds: [] };
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { id: count === 1 ? `name:${name}` : `name:${name}#${count}`, name, isMarkedSelf: false, trackIds: [] };
  });
}
