import type { Screen } from '@earshot/demo';
import type { Face } from '@earshot/lab';
import { openFixture, type Fixture } from '../../../../integration/joiner/fixture.ts';
import type { E2eStory } from '../../story.ts';
import { faces, type Row } from './row.ts';
import { playScene, type Outcome } from './scene.ts';

/** Bots at a time: as many as two cores take without being what is measured. */
const [AT_A_TIME, STOPS_AT_A_TIME] = [6, 3];
const [DOOR_WIDTH, REASON_WIDTH, CELL_WIDTH] = [34, 22, 15];

type Table = ReadonlyMap<Row, Partial<Record<Face, Outcome>>>;

interface TableOptions {
  readonly rows: readonly Row[];
  /** Played after the others and fewer at a time. */
  readonly stops?: readonly Row[];
}

/**
 * Platform by door state by reason to leave, each with a bot of its own in one browser of one joiner. Waits that are the
 * customer's to set are set to a second or three; those that are the joiner's own pass beside the other cells.
 */
export function joinerTable({ rows, stops = [] }: TableOptions): E2eStory {
  return {
    name: 'every door of every platform, and every reason to leave, with real bots in real Chromium',
    async play(screen) {
      await using fixture = await openFixture({ MAX_BOTS: '16', BOTS_PER_BROWSER: '16' });
      const table: Table = new Map([...rows, ...stops].map((row) => [row, {}]));
      await playAll(fixture, table, { rows, atATime: AT_A_TIME, screen });
      await playAll(fixture, table, { rows: stops, atATime: STOPS_AT_A_TIME, screen });
      show(table, screen);
      return verdictOf(table);
    },
  };
}

async function playAll(
  fixture: Fixture,
  table: Table,
  { rows, atATime, screen }: { rows: readonly Row[]; atATime: number; screen: Screen },
): Promise<void> {
  const cells = rows.flatMap((row) => faces.flatMap((face) => ({ row, face, setting: row.on[face] })));
  const queue = inTurns(cells.flatMap(({ setting, ...cell }) => (setting ? { ...cell, setting } : [])));
  const takers = Array.from({ length: atATime }, async () => {
    for (let cell = queue.shift(); cell; cell = queue.shift()) {
      const { row, face } = cell;
      const outcome = await playScene(fixture, cell);
      const outcomes = table.get(row);
      if (outcomes) outcomes[face] = outcome;
      // The table comes last; whoever waits for it hears what goes wrong at once.
      if (outcome.failure !== '') screen.line(`${face}, ${row.admission}, ${row.leaves}: ${outcome.failure}`, 'red');
    }
  });
  await Promise.all(takers);
}

/**
 * From the beginning and from the end by turns: doors, which come first, keep the processor busy, and visits, which come
 * last, mostly wait. What takes longest goes before all.
 */
function inTurns<T extends { readonly row: Row }>(cells: readonly T[]): T[] {
  const isLong = ({ row }: T) => row.leaves === 'page lost';
  const others = cells.filter((cell) => !isLong(cell));
  const turns = others.map((_, at) => others.at(at % 2 === 0 ? at / 2 : -(at + 1) / 2));
  return [...cells.filter(isLong), ...turns.filter((cell) => cell !== undefined)];
}

function show(table: Table, screen: Screen): void {
  const line = (admission: string, reason: string, cells: readonly string[]) =>
    admission.padEnd(DOOR_WIDTH) + reason.padEnd(REASON_WIDTH) + cells.map((cell) => cell.padEnd(CELL_WIDTH)).join('');
  screen.line(line('door', 'leaves by', faces), 'bold');
  for (const [{ admission, leaves }, outcomes] of table) {
    const isRed = Object.values(outcomes).some(({ failure }) => failure !== '');
    const cells = faces.map((face) => cellOf(outcomes[face])) as string[];
    screen.line(line(admission, leaves, cells), isRed ? 'red' : undefined);
  }
}

function cellOf(outcome: Outcome | undefined): string {
  if (!outcome) return '-';
  const { failure, measuredMs, seconds } = outcome;
  const figure = measuredMs === undefined ? `${seconds.toFixed(1)} s` : `${Math.round(measuredMs)} ms`;
  return `${failure === '' ? 'ok' : 'FAIL'} ${figure}`;
}

function verdictOf(table: Table) {
  const cells = [...table].flatMap(([row, outcomes]) =>
    Object.entries(outcomes).map(([face, outcome]) => ({ row, face, ...outcome })),
  );
  const failed = cells.filter(({ failure }) => failure !== '');
  const slowest = (leaves: string) =>
    Math.round(
      Math.max(0, ...cells.filter(({ row }) => row.leaves === leaves).map(({ measuredMs = 0 }) => measuredMs)),
    );
  const [stop, hang] = [slowest('stop ordered'), slowest('page lost')];
  return [
    {
      check: `${cells.length - failed.length} of ${cells.length} cells are as they should be`,
      passed: cells.length > 0 && failed.length === 0,
    },
    ...(stop > 0
      ? [{ check: `a stop was obeyed in ${stop} ms at the longest (within 3 s)`, passed: stop <= 3000 }]
      : []),
    ...(hang > 0
      ? [{ check: `a hang was noticed in ${hang} ms at the longest (within 10 s)`, passed: hang <= 10_000 }]
      : []),
    ...failed.map(({ row, face, failure }) => ({
      check: `${face}, ${row.admission}, ${row.leaves}: ${failure}`,
      passed: false,
    })),
  ];
}
