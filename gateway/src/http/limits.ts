/** What one client may take of the gateway. Each gateway counts for itself. */
export interface HttpLimits {
  /** How long a request may take to arrive, headers and body, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** How long a connection may be silent in both directions, in milliseconds: longer than the slowest route, 60 s. */
  readonly idleTimeoutMs: number;
  /** Open connections in all. */
  readonly connections: number;
  /** Open connections of one client address; proxies that are trusted are counted in all only. */
  readonly connectionsPerAddress: number;
  /** Requests a second of one account, over ten seconds. */
  readonly requestsPerSecond: number;
  /** Requests of one account that are being answered at the same time; long answers count eight times. */
  readonly concurrentRequests: number;
  /** Wrong keys and download links of one client address in a minute. */
  readonly failedKeysPerMinute: number;
  /** Addresses and networks (CIDR) of reverse proxies, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
}

export const defaultLimits: HttpLimits = {
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 75_000,
  connections: 4096,
  connectionsPerAddress: 512,
  requestsPerSecond: 100,
  concurrentRequests: 32,
  failedKeysPerMinute: 30,
  trustedProxies: [],
};
