import { isShown } from './look.ts';
import type { SeenPerson } from './seen-person.ts';

interface TeamsRosterMarks {
  tile: string;
  frame: string;
  tree: string;
  row: string;
  prefixes: string[];
  count: string;
}

/** Names on tiles and in the people pane, each as often as it is there; tiles without a size are left over. */
export function teamsRoster(css: TeamsRosterMarks): SeenPerson[] {
  const people: SeenPerson[] = [];
  const onStage = new Map<string, number>();
  let selfName: string | undefined;
  for (const tile of document.querySelectorAll(css.tile)) {
    const name = tile.getAttribute('data-tid')?.trim() ?? '';
    if (name === '' || !isShown(tile)) continue;
    const label = tile.closest(css.frame)?.getAttribute('aria-label') ?? '';
    if (label.startsWith('Myself video')) selfName = name;
    else onStage.set(name, (onStage.get(name) ?? 0) + 1);
  }
  const inPane = new Map<string, number>();
  for (const row of document.querySelectorAll(`${css.tree} ${css.row}`)) {
    const mark = row.getAttribute('data-tid') ?? '';
    const prefix = css.prefixes.find((each) => mark.startsWith(each));
    const name = prefix === undefined ? '' : mark.slice(prefix.length).trim();
    if (name !== '') inPane.set(name, (inPane.get(name) ?? 0) + 1);
  }
  if (selfName !== undefined) {
    people.push({ id: 'self', name: selfName, isMarkedSelf: true, trackIds: [] });
    inPane.set(selfName, (inPane.get(selfName) ?? 1) - 1);
  }
  for (const name of new Set([...onStage.keys(), ...inPane.keys()])) {
    const count = Math.max(onStage.get(name) ?? 0, inPane.get(name) ?? 0);
    for (let n = 1; n <= count; n += 1) {
      people.push({ id: n === 1 ? name : `${name} (${n})`, name, isMarkedSelf: false, trackIds: [] });
    }
  }
  return people;
}

/** How many the page says are there, oneself included; zero when it does not say. */
export function teamsCount(css: TeamsRosterMarks): number {
  return Number(/\d+/.exec(document.querySelector(css.count)?.textContent ?? '')?.[0] ?? 0);
}
