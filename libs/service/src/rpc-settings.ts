import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServiceIdentity, ServiceName, TlsMaterial } from '@earshot/kernel';
import { ConfigError } from './config.ts';

/** As whom a service calls others, and what its own server shows. */
export interface RpcSettings extends ServiceIdentity {
  /** Whether the server shows its contract to whoever asks: for a developer's tools. */
  readonly reflection: boolean;
}

/** The variables that `shared.rpc` reads. */
export interface RpcVariables {
  readonly RPC_TLS_CA?: string | undefined;
  readonly RPC_TLS_CERT?: string | undefined;
  readonly RPC_TLS_KEY?: string | undefined;
  readonly RPC_REFLECTION?: 'on' | 'off' | undefined;
}

/** Reads the files that the variables name. Throws a ConfigError for one that is missing, cannot be read, or does not fit. */
export function readRpcSettings(service: ServiceName, variables: RpcVariables): RpcSettings {
  const { RPC_TLS_CA: ca, RPC_TLS_CERT: cert, RPC_TLS_KEY: key, RPC_REFLECTION } = variables;
  const reflection = RPC_REFLECTION === 'on';
  if (!ca && !cert && !key) return { service, tls: undefined, reflection };
  if (!ca || !cert || !key)
    throw new ConfigError(['RPC_TLS_CA, RPC_TLS_CERT, RPC_TLS_KEY: all three are needed, or none']);
  const tls = {
    ca: readPem('RPC_TLS_CA', ca),
    cert: readPem('RPC_TLS_CERT', cert),
    key: readPem('RPC_TLS_KEY', key),
  };
  const problem = problemOf(tls, service);
  if (problem) throw new ConfigError([problem]);
  return { service, tls, reflection };
}

function readPem(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${variable}: ${path} cannot be read (${code})`]);
  }
}

/** What is wrong with the three together; each problem names the variable to look at. */
function problemOf(tls: TlsMaterial, service: ServiceName): string | undefined {
  const authority = certificateOf(tls.ca);
  if (!authority) return 'RPC_TLS_CA: is no certificate in PEM';
  const certificate = certificateOf(tls.cert);
  if (!certificate) return 'RPC_TLS_CERT: is no certificate in PEM';
  if (!certificate.verify(authority.publicKey)) return 'RPC_TLS_CERT: is not signed by the authority of RPC_TLS_CA';
  const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '';
  if (name !== service) return `RPC_TLS_CERT: is the certificate of ${name || 'nobody'}, not of ${service}`;
  // A caller would find it out, and report no more than that the service is unavailable.
  if (certificate.validToDate.getTime() < Date.now()) return `RPC_TLS_CERT: is over since ${certificate.validTo}`;
  try {
    if (certificate.checkPrivateKey(createPrivateKey(tls.key))) return undefined;
    return 'RPC_TLS_KEY: is not the key of RPC_TLS_CERT';
  } catch {
    return 'RPC_TLS_KEY: is no private key in PEM';
  }
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
