import type { WebSocketServer } from 'ws';
import type { Upgrade } from '../deepgram/streaming.ts';
import { queryOf } from '../request-log.ts';
import type { VendorDeps } from '../vendor.ts';
import { closureFor, closures, isAuthorised } from './errors.ts';
import { readStreamingOptions } from './streaming-options.ts';
import { refuseStream, StreamingSession } from './streaming-session.ts';

/** wss /v3/ws. The handshake always succeeds; a refusal is an Error message and a close code. */
export function openStream(
  deps: VendorDeps & { tokens: Set<string>; leadMs: number },
  server: WebSocketServer,
  upgrade: Upgrade,
): void {
  const url = new URL(upgrade.request.url!, 'http://sandbox');
  const token = url.searchParams.get('token');
  // A token is good for one session.
  const isKnown = isAuthorised(upgrade.request.headers, deps.key) || (token !== null && deps.tokens.delete(token));
  deps.log({
    ...{ vendor: 'assemblyai', mode: 'streaming', method: 'GET', path: url.pathname },
    query: queryOf(url.searchParams),
    isAuthorised: isKnown,
  });
  const fault = deps.faults.take('assemblyai', 'streaming');
  server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => {
    const refused = isKnown ? closureFor(fault?.kind) : closures.unauthorised;
    if (refused) return refuseStream(socket, refused);
    if (fault?.kind === 'bare-refusal') {
      socket.send(JSON.stringify({ error: 'Not authorized' }));
      return socket.close();
    }
    const options = readStreamingOptions(url.searchParams);
    if ('refused' in options) return refuseStream(socket, options.refused);
    new StreamingSession(socket, options, { recogniser: deps.recogniser, leadMs: deps.leadMs, fault });
  });
}
