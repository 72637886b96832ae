import { readFileSync } from 'node:fs';

/** A process among all that ever had its id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's start to the process's (proc(5), field 22 of stat); 0 where that cannot be known. */
  readonly startedAt: number;
}

/** Who this process is, or another that runs; undefined when there is none of this id, or only its remains. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's process, which is one all the same.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    // The command's name, which may hold anything, ends at the last bracket; field 3, the state, follows.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : { pid, startedAt: Number(fields[19]) };
  } catch {
    return { pid, startedAt: 0 };
  }
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  const found = identify(pid);
  return found !== undefined && (startedAt === 0 || found.startedAt === 0 || found.startedAt === startedAt);
}
