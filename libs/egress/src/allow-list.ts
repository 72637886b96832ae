import { isIP } from 'node:net';
import { AppError } from '@earshot/kernel';
import ipaddr from 'ipaddr.js';

/** A host name or address without brackets, lower case, and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** What the operator lets customers reach although it is not public: `host`, `host:port`, an address, or a CIDR. */
export class AllowList {
  readonly #names = new Set<string>();
  readonly #networks: Network[] = [];

  /** Throws `invalid-argument` for an entry that is none of these. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      if (entry.includes('/')) this.#networks.push(parseNetwork(entry));
      else {
        const { host, port } = parseHostAndPort(entry);
        this.#names.add(port === undefined ? host : `${host} ${port}`);
      }
    }
  }

  /** Whether the name, or the address, is listed by itself, with this port or without any. */
  hasHost({ host, port }: Endpoint): boolean {
    return this.#names.has(host) || this.#names.has(`${host} ${port}`);
  }

  /** Whether the address is listed by itself or lies in a listed network. */
  hasAddress(endpoint: Endpoint): boolean {
    if (this.hasHost(endpoint)) return true;
    if (this.#networks.length === 0) return false;
    const address = ipaddr.parse(endpoint.host);
    return this.#networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  }
}

/** Reads `host:port` and `[v6]:port`, port required. Throws `invalid-argument`. */
export function parseEndpoint(text: string): Endpoint {
  const { host, port } = parseHostAndPort(text);
  if (port === undefined) throw new AppError('invalid-argument', 'expected host:port', { fields: { entry: text } });
  return { host, port };
}

function parseNetwork(entry: string): Network {
  if (!ipaddr.isValidCIDR(entry)) throw new AppError('invalid-argument', 'not a network', { fields: { entry } });
  return ipaddr.parseCIDR(entry);
}

function parseHostAndPort(entry: string): { host: string; port?: number } {
  if (isIP(entry) === 6) return { host: canonicalHost(entry) };
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s/@]+))(?::(\d{1,5}))?$/.exec(entry);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  const isPort = port === undefined || (port > 0 && port <= 65_535);
  if (host === undefined || !isPort || (match?.[1] !== undefined && isIP(host) !== 6)) {
    throw new AppError('invalid-argument', 'not a host or host:port', { fields: { entry } });
  }
  return { host: canonicalHost(host), port };
}

/** One spelling for each host: lower case, no brackets, no trailing dot, IPv6 compressed as WHATWG URLs write it. */
export function canonicalHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(bare) === 6 && !bare.includes('%')) return new URL(`http://[${bare}]`).hostname.slice(1, -1);
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}
