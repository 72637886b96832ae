import { isIP } from 'node:net';
import { AppError } from '@earshot/kernel';
import { isPublicAddress } from './address.ts';
import { AllowList, canonicalHost, parseEndpoint, type Endpoint } from './allow-list.ts';
import { EgressFailure, toEgressFailure } from './egress-failure.ts';

/** Where a connection may go: these addresses, which were checked, and no other. */
export interface Target {
  readonly addresses: readonly string[];
  readonly port: number;
}

export interface GuardOptions {
  readonly allow: readonly string[];
  readonly hosts: Readonly<Record<string, string>>;
  readonly resolve: (host: string) => Promise<string[]>;
}

/** Names that mean this machine or this network, whatever a resolver says; the last is every single label. */
const localNames = [/(^|\.)localhost$/, /\.(internal|local|home\.arpa|lan|intranet|corp|svc)$/, /^[^.]*$/];

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 };

/** The endpoint a URL means. */
export function endpointOf(url: URL): Endpoint {
  const port = url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port);
  return { host: canonicalHost(url.hostname), port };
}

/** Decides where we go on a customer's word: the operator's lists, and public addresses. */
export class Guard {
  readonly #allow: AllowList;
  readonly #overrides: ReadonlyMap<string, Endpoint>;
  readonly #resolve: GuardOptions['resolve'];
  readonly #lookups = new Map<string, Promise<string[]>>();

  constructor(options: GuardOptions) {
    this.#allow = new AllowList(options.allow);
    this.#overrides = new Map(
      Object.entries(options.hosts).map(([from, to]) => [nameOf(parseEndpoint(from)), parseOverride(to)]),
    );
    this.#resolve = options.resolve;
  }

  /** What can be checked without asking a resolver. Throws `EgressFailure` (`blocked`, `invalid-argument`). */
  checkSyntax(text: string, schemes: readonly string[]): URL {
    const url = URL.parse(text);
    if (!url) throw refusal('not a url');
    const scheme = url.protocol.slice(0, -1);
    if (!(url.protocol in defaultPorts) || !schemes.includes(scheme)) {
      throw refusal(`scheme not allowed, expected ${schemes.join(' or ')}`);
    }
    // Credentials would be kept and shown wherever the URL is; and they make hosts look like others.
    if (url.username !== '' || url.password !== '') throw refusal('url must not carry credentials');
    this.#checkName(endpointOf(url));
    return url;
  }

  /** Every address behind an endpoint, each one checked. Throws `EgressFailure` (`blocked` or `dns`). */
  async targetOf({ host, port }: Endpoint): Promise<Target> {
    const endpoint = { host: canonicalHost(host), port };
    const override = this.#overrides.get(nameOf(endpoint));
    if (override) return { addresses: [override.host], port: override.port };
    this.#checkName(endpoint);
    const addresses = isIP(endpoint.host) ? [endpoint.host] : await this.#addressesOf(endpoint.host);
    if (addresses.length === 0)
      throw new EgressFailure('dns', 'host name has no address', { code: 'invalid-argument' });
    // One that is not public condemns all: who controls the name also controls their order.
    const isNameAllowed = this.#allow.hasHost(endpoint);
    for (const address of addresses) {
      if (!isIP(address)) throw new EgressFailure('dns', 'host name resolves to no address');
      if (!isNameAllowed && !this.#mayReach({ host: address, port })) throw privateHost('host is not a public address');
    }
    return { addresses, port };
  }

  /** Whether the operator named this endpoint: by host, by address, by network or as an override. */
  isAllowListed(endpoint: Endpoint): boolean {
    if (this.#overrides.has(nameOf(endpoint)) || this.#allow.hasHost(endpoint)) return true;
    return isIP(endpoint.host) !== 0 && this.#allow.hasAddress(endpoint);
  }

  #mayReach(endpoint: Endpoint): boolean {
    return isPublicAddress(endpoint.host) || this.#allow.hasAddress(endpoint);
  }

  #checkName(endpoint: Endpoint): void {
    const { host, port } = endpoint;
    if (!(port > 0 && port <= 65_535)) throw refusal('port not allowed');
    if (this.#overrides.has(nameOf(endpoint)) || this.#allow.hasHost(endpoint)) return;
    if (isIP(host)) {
      if (!this.#mayReach(endpoint)) throw privateHost('host is not a public address');
    } else if (localNames.some((pattern) => pattern.test(host))) throw privateHost('host is a local name');
  }

  /** Connections that start together share one lookup. Nothing is kept: each later one asks and checks again. */
  async #addressesOf(host: string): Promise<string[]> {
    let lookup = this.#lookups.get(host);
    if (!lookup) {
      lookup = this.#resolve(host).finally(() => this.#lookups.delete(host));
      this.#lookups.set(host, lookup);
    }
    try {
      return await lookup;
    } catch (error) {
      throw dnsFailure(error);
    }
  }
}

function dnsFailure(error: unknown): EgressFailure {
  const failure = toEgressFailure(error);
  if (/ENOTFOUND|ENODATA/.test(failure.message)) {
    return new EgressFailure('dns', 'host name does not exist', { cause: error, code: 'invalid-argument' });
  }
  return failure.reason === 'dns'
    ? failure
    : new EgressFailure('dns', 'host name cannot be resolved', { cause: error });
}

function privateHost(message: string): EgressFailure {
  return new EgressFailure('blocked', message, { isPrivateHost: true });
}

function refusal(message: string): EgressFailure {
  return new EgressFailure('blocked', message);
}

function nameOf({ host, port }: Endpoint): string {
  return `${host} ${port}`;
}

function parseOverride(text: string): Endpoint {
  const endpoint = parseEndpoint(text);
  if (isIP(endpoint.host)) return endpoint;
  throw new AppError('invalid-argument', 'expected ip:port', { fields: { entry: text } });
}
