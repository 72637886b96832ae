import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@earshot/kernel';
import { schemas, type Schema } from './schemas.ts';

/** What a stack needs to keep to itself, made once per data folder. */
export interface Secrets {
  /** The first account's key. */
  readonly apiKey: string;
  /** Signs download links. */
  readonly artifactSecret: string;
  /** Signs which joiner has which bot. */
  readonly assignmentSecret: string;
  /** Encrypts webhook secrets at rest: 32 bytes, hex. */
  readonly secretsKey: string;
  /** Of the services' user at the broker. */
  readonly natsPassword: string;
  /** Of the database's roles: the supervisor's own, and one for each schema. */
  readonly databasePasswords: Readonly<Record<Schema | 'superuser', string>>;
}

/** Reads the secrets of a data folder and makes those that are missing. */
export function loadSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  const kept = read(file);
  const secrets: Secrets = {
    apiKey: `es_${randomBytes(24).toString('base64url')}`,
    artifactSecret: newSecret(),
    assignmentSecret: newSecret(),
    secretsKey: newSecret(),
    natsPassword: newSecret(),
    ...kept,
    databasePasswords: {
      ...(Object.fromEntries(
        ['superuser', ...schemas].map((role) => [role, newSecret()]),
      ) as Secrets['databasePasswords']),
      ...kept.databasePasswords,
    },
  };
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  if (text !== `${JSON.stringify(kept, null, 2)}\n`) {
    writeFileSync(`${file}.next`, text, { mode: 0o600 });
    renameSync(`${file}.next`, file);
  }
  return secrets;
}

function read(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    const text = `${file} cannot be read (${(error as Error).message}): put back the one that belongs to this data folder, or choose another folder`;
    throw new AppError('failed-precondition', text, { cause: error });
  }
}

/** 32 bytes, in hex. */
function newSecret(): string {
  return randomBytes(32).toString('hex');
}
