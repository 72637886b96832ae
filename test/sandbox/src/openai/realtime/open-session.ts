import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { refuseUpgrade } from '../../http.ts';
import { queryOf } from '../../request-log.ts';
import type { VendorDeps } from '../../vendor.ts';
import { badKey, refusal, refusalFor } from '../errors.ts';
import { RealtimeSession, type SessionDeps } from './realtime-session.ts';

export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** wss /v1/realtime: https://platform.openai.com/docs/api-reference/realtime-server-events, as generally available since 2025. */
export function openSession(
  deps: VendorDeps & Pick<SessionDeps, 'answers' | 'pace'>,
  server: WebSocketServer,
  { request, socket, head }: Upgrade,
): void {
  const url = new URL(request.url!, 'http://sandbox');
  const isKnown = request.headers.authorization === `Bearer ${deps.key}`;
  const about = { vendor: 'openai', mode: 'realtime', path: url.pathname, query: queryOf(url.searchParams) } as const;
  deps.log({ ...about, method: 'GET', isAuthorised: isKnown });
  const fault = deps.faults.take('openai', 'realtime');
  if (!isKnown) return refuseUpgrade(socket, badKey());
  const refused = refusalFor(fault?.kind);
  if (refused) return refuseUpgrade(socket, refused);
  const model = url.searchParams.get('model');
  if (!model) return refuseUpgrade(socket, refusal(400, 'You must provide a model.', { code: 'missing_model' }));
  server.handleUpgrade(request, socket, head, (opened) => {
    const { recogniser, answers, pace } = deps;
    const log = (body: object): void => deps.log({ ...about, method: 'MESSAGE', body, isAuthorised: true });
    new RealtimeSession(opened, { recogniser, answers, pace, fault, model, log });
  });
}
