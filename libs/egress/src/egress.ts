import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { getCACertificates } from 'node:tls';
import { AppError, SECOND, withTimeout, type Log } from '@earshot/kernel';
import type { WebSocket } from 'ws';
import type { Endpoint } from './allow-list.ts';
import { EgressFailure } from './egress-failure.ts';
import { endpointOf, Guard } from './guard.ts';
import { HttpClient, type EgressRequest, type EgressResult } from './http-client.ts';
import { openPinnedSocket } from './pinned-socket.ts';
import { createWebSocket, type WebSocketOptions } from './web-socket.ts';

export interface EgressOptions {
  /** What may be reached although it is not public: `host`, `host:port`, an address, or a CIDR. */
  readonly allow?: readonly string[];
  /** `host:port` to `ip:port`, as a hosts file would: these go where the operator says, unchecked. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The system's resolver by default. */
  readonly resolve?: (host: string) => Promise<string[]>;
  /** PEM certificates to trust besides the usual ones. */
  readonly ca?: readonly string[];
  /** 10 s by default; a request's own timeout ends its wait earlier. */
  readonly connectTimeoutMs?: number;
  /** Further requests to the same scheme, host and port wait for one to be free; 64 by default. */
  readonly connectionsPerOrigin?: number;
  readonly log: Log;
}

/** The one way out to an address that a customer chose. */
export interface Egress extends AsyncDisposable {
  /** Looks at the URL alone. Throws `invalid-argument`, with a message fit for the customer. */
  checkSyntax(url: string, options: { readonly schemes: readonly string[] }): URL;
  /** Whether the operator listed this host itself: there, plain http and ws are in order too. */
  isAllowListed(url: URL): boolean;
  /** Resolves as well. Throws `invalid-argument` when the URL will never do, `unavailable` when the resolver fails. */
  check(url: string): Promise<{ url: URL; addresses: readonly string[] }>;
  /** Throws only `cancelled` and `invalid-argument` (a header that cannot be sent); all else is a result. */
  request(request: EgressRequest): Promise<EgressResult>;
  /** A client that is still connecting; see `toEgressFailure` for its `error`. Throws what `checkSyntax` throws. */
  webSocket(url: string, options?: WebSocketOptions): WebSocket;
  /** A plain connection, for tunnels. Throws `EgressFailure`, or the signal's reason. */
  connect(endpoint: Endpoint, options?: { readonly signal?: AbortSignal }): Promise<Socket>;
}

const schemes = ['http', 'https', 'ws', 'wss'];

/** Throws `invalid-argument` for entries that cannot be read. */
export function createEgress(options: EgressOptions): Egress {
  const { allow = [], hosts = {}, resolve = resolveBySystem, log } = options;
  const { connectTimeoutMs = 10 * SECOND, connectionsPerOrigin = 64 } = options;
  const ca = options.ca && [...getCACertificates(), ...options.ca];
  const guard = new Guard({ allow, hosts, resolve });
  const closing = new AbortController();
  if (allow.length > 0) log.warn('egress allow list lets customer urls reach these addresses', { allow });

  async function open(url: URL, wait: { signal: AbortSignal; timeoutMs: number }): Promise<Socket> {
    const endpoint = endpointOf(url);
    const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
    const target = await targetOf(endpoint, wait);
    return openPinnedSocket(target, { ...wait, tls: isSecure ? { host: endpoint.host, ca } : undefined });
  }

  /** A lookup cannot be cancelled, but nobody has to wait for it. */
  function targetOf(endpoint: Endpoint, wait: { signal: AbortSignal; timeoutMs: number }) {
    const toError = () => new EgressFailure('dns', 'host name lookup timed out');
    return withTimeout(guard.targetOf(endpoint), { ...wait, toError });
  }

  const wait = { signal: closing.signal, timeoutMs: connectTimeoutMs };
  const client = new HttpClient({ connect: (origin) => open(origin, wait), connectionsPerOrigin });

  return {
    checkSyntax: (url, { schemes: allowed }) => guard.checkSyntax(url, allowed),

    isAllowListed: (url) => guard.isAllowListed(endpointOf(url)),

    async check(text) {
      const url = guard.checkSyntax(text, schemes);
      const { addresses } = await targetOf(endpointOf(url), wait);
      return { url, addresses };
    },

    async request(request) {
      let url: URL;
      try {
        url = guard.checkSyntax(request.url, ['http', 'https']);
      } catch (error) {
        if (!(error instanceof EgressFailure)) throw error;
        return { kind: 'failed', reason: error.reason, message: error.message, latencyMs: 0 };
      }
      return client.send(url, request);
    },

    webSocket(text, socketOptions = {}) {
      const url = guard.checkSyntax(text, ['ws', 'wss']);
      return createWebSocket(url, (opening) => open(url, opening), socketOptions);
    },

    async connect(endpoint, { signal } = {}) {
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const target = await targetOf(endpoint, { signal: either, timeoutMs: connectTimeoutMs });
      return openPinnedSocket(target, { signal: either, timeoutMs: connectTimeoutMs });
    },

    async [Symbol.asyncDispose]() {
      closing.abort(new AppError('cancelled', 'egress is closed'));
      await client[Symbol.asyncDispose]();
    },
  };
}

async function resolveBySystem(host: string): Promise<string[]> {
  // Not the DNS protocol directly: a host may be known by the hosts file or another service of the system.
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
