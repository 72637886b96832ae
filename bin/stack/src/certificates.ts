import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, serviceNames, type ServiceName } from '@earshot/kernel';

const AUTHORITY_DAYS = 3650;
const SERVICE_DAYS = 365;
/** What would end sooner is made anew. */
const RENEW_MS = 30 * DAY;

/** Paths of files in PEM, as RPC_TLS_CA, RPC_TLS_CERT and RPC_TLS_KEY take them. */
export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Of each service and the operator. */
export type Certificates = Readonly<Record<ServiceName, CertificateFiles>>;

/**
 * An authority and a certificate for each service and the operator, as files of `dir`; what is there and good for another
 * month stays. Whoever has `ca.key` can make more, so it need not be where services run. Needs the command `openssl`, 3.0
 * or later.
 */
export function makeCertificates(dir: string): Certificates {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const ca = join(dir, 'ca.pem');
  const caKey = join(dir, 'ca.key');
  const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  if (!isGood({ ca, cert: ca, key: caKey }))
    make({ dir, name: 'Earshot', cert: ca, key: caKey, days: AUTHORITY_DAYS, extensions });
  const each = serviceNames.map((name) => {
    const files = { ca, cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) };
    const own = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth,clientAuth',
      `subjectAltName=DNS:${name},DNS:localhost,IP:127.0.0.1`,
    ];
    if (!isGood(files)) make({ dir, name, ...files, days: SERVICE_DAYS, extensions: own, signer: { ca, caKey } });
    return [name, files] as const;
  });
  return Object.fromEntries(each) as Record<ServiceName, CertificateFiles>;
}

/** Signed by that authority, of that key, and for long enough. */
function isGood({ ca, cert, key }: CertificateFiles): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(cert));
    return (
      certificate.verify(new X509Certificate(readFileSync(ca)).publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(readFileSync(key))) &&
      certificate.validToDate.getTime() - Date.now() > RENEW_MS
    );
  } catch {
    return false;
  }
}

interface Order {
  readonly dir: string;
  readonly name: string;
  readonly cert: string;
  readonly key: string;
  readonly days: number;
  readonly extensions: readonly string[];
  /** Absent: it signs itself. */
  readonly signer?: { readonly ca: string; readonly caKey: string };
}

/** The files are there when they are whole. */
function make({ dir, name, cert, key, days, extensions, signer }: Order): void {
  const place = mkdtempSync(join(dir, '.making-'));
  const made = { cert: join(place, 'cert.pem'), key: join(place, 'key.pem') };
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'],
        ...['-subj', `/CN=${name}`, '-days', String(days), '-keyout', made.key, '-out', made.cert],
        ...extensions.flatMap((extension) => ['-addext', extension]),
        ...(signer ? ['-CA', signer.ca, '-CAkey', signer.caKey] : []),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    chmodSync(made.key, 0o600);
    renameSync(made.key, key);
    renameSync(made.cert, cert);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
