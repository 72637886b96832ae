import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { refuseUpgrade } from '../http.ts';
import { queryOf } from '../request-log.ts';
import type { VendorDeps } from '../vendor.ts';
import { badKey, isAuthorised, refusalFor } from './errors.ts';
import { readStreamingOptions } from './streaming-options.ts';
import { StreamingSession } from './streaming-session.ts';

export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** wss /v1/listen: https://developers.deepgram.com/reference/speech-to-text/listen-streaming */
export function openStream(deps: VendorDeps & { idleMs: number }, server: WebSocketServer, upgrade: Upgrade): void {
  const url = new URL(upgrade.request.url!, 'http://sandbox');
  const isKnown = isAuthorised(upgrade.request.headers, deps.key);
  deps.log({
    ...{ vendor: 'deepgram', mode: 'streaming', method: 'GET', path: url.pathname },
    query: queryOf(url.searchParams),
    isAuthorised: isKnown,
  });
  const fault = deps.faults.take('deepgram', 'streaming');
  if (!isKnown) return refuseUpgrade(upgrade.socket, badKey());
  const refused = refusalFor(fault?.kind);
  if (refused) return refuseUpgrade(upgrade.socket, refused);
  const options = readStreamingOptions(url.searchParams);
  if ('refused' in options) return refuseUpgrade(upgrade.socket, options.refused);

  const requestId = randomUUID();
  upgrade.request.headers['x-sandbox-request-id'] = requestId;
  server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => {
    new StreamingSession(socket, options, { recogniser: deps.recogniser, idleMs: deps.idleMs, requestId, fault });
  });
}
