import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DAY } from '@earshot/kernel';
import { cacheFolder } from './cache-folder.ts';

/** A self-signed certificate for the host names that the lab imitates. */
export interface Certificate {
  key: string;
  cert: string;
  /** Base64 SHA-256 of the public key, as Chromium's `--ignore-certificate-errors-spki-list` takes it. */
  spki: string;
}

const run = promisify(execFile);

/** Reads the lab's certificate, making it on first use (OpenSSL's command line). */
export async function labCertificate(hosts: readonly string[]): Promise<Certificate> {
  const name = createHash('sha256').update(hosts.join()).digest('hex').slice(0, 12);
  const folder = join(cacheFolder, `certificate-${name}`);
  const known = await read(folder);
  if (known && new Date(known.validTo).getTime() > Date.now() + DAY) return known.certificate;
  await make(folder, hosts);
  const made = await read(folder);
  if (!made) throw new Error('the certificate was made but cannot be read');
  return made.certificate;
}

async function read(folder: string): Promise<{ certificate: Certificate; validTo: string } | undefined> {
  try {
    const key = await readFile(join(folder, 'key.pem'), 'utf8');
    const cert = await readFile(join(folder, 'cert.pem'), 'utf8');
    const x509 = new X509Certificate(cert);
    const spki = createHash('sha256')
      .update(x509.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
    return { certificate: { key, cert, spki }, validTo: x509.validTo };
  } catch {
    return undefined;
  }
}

async function make(folder: string, hosts: readonly string[]): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const draft = await mkdtemp(join(cacheFolder, 'certificate-draft-'));
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  await run('openssl', [
    ...['req', '-x509', '-nodes', '-days', '365', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-keyout', join(draft, 'key.pem'), '-out', join(draft, 'cert.pem')],
    ...['-subj', '/CN=Earshot lab', '-addext', `subjectAltName=${names}`],
  ]);
  // Two labs may start at once: the first rename wins; the folder of an expired one makes way.
  await rename(draft, folder).catch(async () => {
    if ((await read(folder)) === undefined) throw new Error('the certificate folder is in the way');
    await rename(folder, `${draft}-expired`);
    await rename(draft, folder);
  });
}
