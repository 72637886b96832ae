import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** An account of this machine that is not root. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Whom to become for programs that refuse to run as root; undefined when we are not root. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const found = ['postgres', 'nobody'].map((name) => users.find((user) => user.name === name)).find(Boolean);
  if (!found)
    throw new Error('running as root, and there is neither a user postgres nor a user nobody to run PostgreSQL as');
  return found;
}

/** Whether a stranger may pass through every folder above `path`, and into it. */
export function isPassable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
