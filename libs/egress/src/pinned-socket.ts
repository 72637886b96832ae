import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { EgressFailure, toEgressFailure } from './egress-failure.ts';
import type { Target } from './guard.ts';

export interface PinnedSocketOptions {
  /** From the first packet to the end of the TLS handshake. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Asks for TLS: the name the certificate must carry, also sent as SNI. `ca` is trusted besides the usual ones. */
  readonly tls?: { readonly host: string; readonly ca?: readonly string[] };
}

/**
 * A connected socket to one of the checked addresses. No name is looked up on the way, so what was checked is what is
 * reached. Throws `EgressFailure`, or the signal's reason.
 */
export function openPinnedSocket(target: Target, options: PinnedSocketOptions): Promise<Socket> {
  const { timeoutMs, signal, tls } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    // Several addresses are tried in turn until one answers (RFC 8305), all of them checked.
    const lookup = pinnedLookup(target.addresses);
    const address = { host: 'pinned.invalid', port: target.port, lookup, autoSelectFamily: true };
    const socket = tls
      ? connectTls({
          ...address,
          servername: isIP(tls.host) ? '' : tls.host,
          checkServerIdentity: (_, certificate) => checkServerIdentity(tls.host, certificate),
          ALPNProtocols: ['http/1.1'],
          ca: tls.ca && [...tls.ca],
        })
      : connect(address);
    const timer = setTimeout(() => socket.destroy(new EgressFailure('timeout', 'timed out connecting')), timeoutMs);
    const onAbort = (): void => void socket.destroy(signal?.reason);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
    };
    const onClose = (): void => {
      settle();
      reject(new EgressFailure('reset', 'connection closed while connecting'));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error) => {
      settle();
      reject(signal?.aborted ? signal.reason : toEgressFailure(error));
    });
    socket.once('close', onClose);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      settle();
      // The caller listens a few turns later; an error before that must not bring the process down.
      socket.on('error', () => {});
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 60_000);
      resolve(socket);
    });
  });
}

function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_, options, done) => {
    if (options.all) done(null, all);
    else done(null, all[0]?.address ?? '', all[0]?.family);
  };
}
