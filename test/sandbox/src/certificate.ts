import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const validForDays = 365;

export interface Certificate {
  key: string;
  certificate: string;
  /** The certificate is its own authority: the file to trust. */
  caPath: string;
}

/** A self-signed certificate for localhost, made with openssl once and kept in `cacheDirectory`. */
export async function localhostCertificate(cacheDirectory: string): Promise<Certificate> {
  const directory = join(cacheDirectory, 'localhost-tls');
  const kept = await read(directory);
  if (kept && isStillValid(kept)) return kept;
  if (kept) await rm(directory, { recursive: true, force: true });

  await mkdir(cacheDirectory, { recursive: true });
  const fresh = await mkdtemp(join(cacheDirectory, 'making-'));
  await promisify(execFile)('openssl', [
    ...[
      'req',
      '-x509',
      '-nodes',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-subj',
      '/CN=localhost',
    ],
    ...['-days', String(validForDays), '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', join(fresh, 'key.pem'), '-out', join(fresh, 'certificate.pem')],
  ]);
  // Another process may have been quicker; then its pair is as good, and key and certificate stay a pair.
  await rename(fresh, directory).catch(() => rm(fresh, { recursive: true, force: true }));
  const made = await read(directory);
  if (!made) throw new Error('no certificate could be made');
  return made;
}

async function read(directory: string): Promise<Certificate | undefined> {
  const caPath = join(directory, 'certificate.pem');
  try {
    return {
      key: await readFile(join(directory, 'key.pem'), 'utf8'),
      certificate: await readFile(caPath, 'utf8'),
      caPath,
    };
  } catch {
    return;
  }
}

function isStillValid({ certificate }: Certificate): boolean {
  const dayMs = 24 * 60 * 60 * 1000;
  return new X509Certificate(certificate).validToDate.getTime() > Date.now() + dayMs;
}
