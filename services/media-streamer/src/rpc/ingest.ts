import type {
  IngestBatch,
  IngestFinish,
  IngestRequest,
  IngestResponse,
  IngestStart,
} from '@earshot/contract/media/v1/media.ts';
import { AppError, AsyncQueue, type Log } from '@earshot/kernel';
import { isAssigned, type SignedRef, type CallContext } from '@earshot/rpc';
import type { IngestPeer } from '../session/ingest-peer.ts';
import type { IngestSession } from '../session/ingest-session.ts';
import type { SessionRegistry } from '../session/session-registry.ts';
import { fromBatch, fromStart } from './mapping.ts';
import { peerOf, serveVisit } from './visit-stream.ts';

export interface IngestDeps {
  readonly sessions: SessionRegistry;
  readonly log: Log;
  /** Verifies the token that proves that a bot was assigned to the caller. */
  readonly assignmentSecret: string;
}

/** Throws `permission-denied` for a bot that was not assigned, under that epoch, to the caller. */
export function checkAssigned({ assignmentSecret }: IngestDeps, assignment: SignedRef, token: string): void {
  if (isAssigned(assignmentSecret, assignment, token)) return;
  const { botId, epoch } = assignment;
  throw new AppError('permission-denied', 'the assignment is not proven', { fields: { botId, epoch } });
}

/** One stream of one visit: batches in, acknowledgements out. */
export function ingest(
  deps: IngestDeps,
  requests: AsyncIterable<IngestRequest>,
  call: CallContext,
): AsyncGenerator<IngestResponse> {
  const down = new AsyncQueue<IngestResponse>();
  const peer = peerOf(down);
  return serveVisit<IngestStart, IngestBatch, IngestFinish, IngestPeer, IngestSession, IngestResponse>({
    ...{ requests, call, down, peer },
    async open(start) {
      checkAssigned(deps, start, start.assignmentToken);
      return deps.sessions.open(fromStart(start));
    },
    accept: (session, batch) => session.accept(peer, fromBatch(batch)),
    finish: (session, { clockMs }) => deps.sessions.finish(session, clockMs),
  });
}
