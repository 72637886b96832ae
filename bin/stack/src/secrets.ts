import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a stack needs to keep to itself, made once per data folder. */
export interface Secrets {
  /** The first account's key. */
  readonly apiKey: string;
  /** Signs download links. */
  readonly artifactSecret: string;
  /** Encrypts webhook secrets at rest: 32 bytes, hex. */
  readonly secretsKey: string;
}

export function loadSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets: Secrets = {
    apiKey: `es_${randomBytes(24).toString('base64url')}`,
    artifactSecret: randomBytes(32).toString('hex'),
    secretsKey: randomBytes(32).toString('hex'),
  };
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
