import { hostname } from 'node:os';

/** A server on these is reached by none of their names. */
const WILDCARDS = ['0.0.0.0', '::', '[::]', '*'];

/**
 * Where others reach a server that listens on `listen` (`host:port`) with this `port`: what the operator says, else the host that it
 * listens on, else the machine's name.
 */
export function rpcAddressOf({
  listen,
  advertise,
  port,
}: {
  readonly listen: string;
  /** Empty for none. */
  readonly advertise: string;
  readonly port: number;
}): string {
  if (advertise !== '') return advertise;
  const host = listen.slice(0, listen.lastIndexOf(':'));
  return `${WILDCARDS.includes(host) ? hostname() : host}:${port}`;
}
