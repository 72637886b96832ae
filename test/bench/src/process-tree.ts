import { readdir, readFile } from 'node:fs/promises';

/** Of the kernel's clock for processes (proc(5); fixed on Linux). */
const TICKS_PER_SECOND = 100;
const KILOBYTE = 1024;

/** What processes and all that they started have used and hold. */
export interface Usage {
  /** Seconds of a processor, by pid: a process that ends takes its own with it. */
  readonly cpuSeconds: ReadonlyMap<number, number>;
  /** Proportional set size: memory that several share counts once in all. */
  readonly bytes: number;
}

/** Reads /proc for the processes and everything below them. */
export async function usageOf(roots: readonly number[]): Promise<Usage> {
  const parents = await parentsOfAll();
  const tree = new Set(roots);
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid);
  }
  const cpuSeconds = new Map<number, number>();
  let bytes = 0;
  for (const pid of tree) {
    const stat = await readStat(pid);
    if (!stat) continue;
    cpuSeconds.set(pid, (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND);
    const memory = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    bytes += Number(/^Pss: +(\d+) kB/m.exec(memory)?.[1] ?? 0) * KILOBYTE;
  }
  return { cpuSeconds, bytes };
}

/** Processor seconds used between two readings by the processes that live at the second. */
export function cpuBetween(before: Usage, after: Usage): number {
  let seconds = 0;
  for (const [pid, used] of after.cpuSeconds) seconds += used - (before.cpuSeconds.get(pid) ?? 0);
  return seconds;
}

/** Children of a process whose command line contains a text. */
export async function childrenWith(parent: number, text: string): Promise<number[]> {
  const children = [...(await parentsOfAll())].filter(([, ppid]) => ppid === parent).map(([pid]) => pid);
  const lines = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return children.filter((_, index) => lines[index]?.includes(text));
}

async function parentsOfAll(): Promise<Map<number, number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map(async (pid) => [pid, Number((await readStat(pid))?.[1] ?? 0)] as const));
  return new Map(stats);
}

/** The fields from the third on: the second, the name, may hold spaces. */
async function readStat(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}
