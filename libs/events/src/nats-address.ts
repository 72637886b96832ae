import { AppError } from '@earshot/kernel';

/** NATS_URL, as the client takes it. */
export interface NatsAddress {
  /** `nats://host:port` of each. */
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  /** A user without a password is a token. */
  readonly token?: string;
  /** Whether the connection has to be encrypted: one address is `tls://`. */
  readonly isSecure: boolean;
}

/**
 * Reads `nats://user:password@host:port`, several with commas; `tls://` for a connection that has to be encrypted. User and
 * password stand in one of them and go for all, percent-encoded where they have other letters than an address may. Throws
 * `invalid-argument`, without the address, which has a password.
 */
export function parseNatsUrl(text: string): NatsAddress {
  const urls = text.split(',').map((part) => {
    const address = part.trim();
    const url = URL.parse(address.includes('://') ? address : `nats://${address}`);
    if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol))
      throw new AppError('invalid-argument', 'NATS_URL must look like nats://user:password@host:port, or tls://');
    return url;
  });
  const named = urls.find(({ username }) => username !== '');
  return {
    servers: urls.map(({ protocol, hostname, port }) => `${protocol}//${hostname}:${port || '4222'}`),
    isSecure: urls.some(({ protocol }) => protocol === 'tls:'),
    ...(named ? login(named) : {}),
  };
}

function login({ username, password }: URL): Pick<NatsAddress, 'user' | 'pass' | 'token'> {
  const user = decodeURIComponent(username);
  return password === '' ? { token: user } : { user, pass: decodeURIComponent(password) };
}

/** Whether a version is at least another one; both as `2.9.10`, what follows a dash left out. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => (text.split('-')[0] ?? '').split('.').map(Number));
  for (const [index, part] of (need ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
