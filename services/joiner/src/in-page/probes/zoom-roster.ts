/**
 * Everybody in Zoom's list, and whom only the tiles show: the list draws the rows in sight. The page names people and gives
 * them no ids, so the id is the name, counted where several share it.
 */
function zoomRoster(css: {
  row: string;
  rowName: string;
  rowLabel: string;
  tile: string;
  tileName: string;
}): SeenPerson[] {
  const people: SeenPerson[] = [];
  const add = (name: string, isMarkedSelf: boolean) => {
    const same = people.filter((person) => person.name === name).length;
    people.push({ id: same === 0 ? `name:${name}` : `name:${name}#${same + 1}`, name, isMarkedSelf, trackIds: [] });
  };
  for (const row of document.querySelectorAll(css.row)) {
    const name = row.querySelector(css.rowName)?.textContent?.trim() ?? '';
    const label = row.querySelector(css.rowLabel)?.textContent ?? '';
    if (name) add(name, /[(,]\s*me\s*[,)]/i.test(label));
  }
  const listed = [...people];
  for (const tile of document.querySelectorAll(css.tile)) {
    const text = tile.querySelector(css.tileName)?.textContent?.trim() ?? '';
    const name = text.replace(/ is connecting to audio$/, '');
    const at = listed.findIndex((person) => person.name === name);
    if (at >= 0) listed.splice(at, 1);
    else if (name) add(name, false);
  }
  return people;
}
