import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@earshot/kernel';

/** An account of this machine that is not root. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** As whom the joiner runs browsers when it is root's and BROWSER_USER names nobody else. */
const BROWSERS_USUAL_USER = 'nobody';
/** Accounts that a bare machine has, best first: Debian's package of PostgreSQL makes the first, every Unix has the others. */
const candidates = ['postgres', 'daemon', 'bin', 'sys'];

/**
 * Whom to become for PostgreSQL, which refuses to run as root; undefined when we are not root. Never the browsers' user, to
 * whom a page that breaks out of its sandbox would belong.
 */
export function databaseUser(browserUser = ''): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return chooseUser(readFileSync('/etc/passwd', 'utf8'), browserUser || BROWSERS_USUAL_USER);
}

/** Throws `failed-precondition` where `passwd`, as in passwd(5), has nobody to run PostgreSQL as. */
export function chooseUser(passwd: string, browserUser: string): User {
  const users = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const browser = users.find(({ name }) => name === browserUser);
  const found = candidates
    .map((name) => users.find((user) => user.name === name))
    .find((user) => user !== undefined && user.uid !== 0 && user.uid !== browser?.uid);
  if (found) return found;
  const text = `running as root, and none of the users ${candidates.join(', ')} is there, and not the browsers', to run PostgreSQL as`;
  throw new AppError('failed-precondition', text);
}

/** Whether a stranger may pass through every folder above `path`, and into it. */
export function isPassable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
