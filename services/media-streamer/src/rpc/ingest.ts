import type { IngestRequest, IngestResponse } from '@earshot/contract/media/v1/media.ts';
import { AppError, assertNever, AsyncQueue, type Log } from '@earshot/kernel';
import { isAssigned, type SignedRef, type CallContext } from '@earshot/rpc';
import type { IngestPeer } from '../session/ingest-peer.ts';
import type { IngestSession } from '../session/ingest-session.ts';
import type { SessionRegistry } from '../session/session-registry.ts';
import { fromBatch, fromStart } from './mapping.ts';

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
export async function* ingest(
  deps: IngestDeps,
  requests: AsyncIterable<IngestRequest>,
  call: CallContext,
): AsyncGenerator<IngestResponse> {
  const { sessions } = deps;
  const down = new AsyncQueue<IngestResponse>();
  let session: IngestSession | undefined;
  const peer: IngestPeer = {
    acknowledge(sequence, { finished }) {
      down.push({ message: { $case: 'acknowledge', value: { sequence, finished } } });
      if (finished) down.end();
    },
    end: (error) => down.fail(error),
  };
  const take = async ({ message }: IngestRequest): Promise<void> => {
    if (message?.$case === 'start') {
      if (session) throw new AppError('invalid-argument', 'a stream starts once');
      checkAssigned(deps, message.value, message.value.assignmentToken);
      const opened = await sessions.open(fromStart(message.value));
      call.signal.throwIfAborted();
      session = opened;
      down.push({ message: { $case: 'resume', value: { nextSequence: session.nextSequence } } });
      session.attach(peer);
      return;
    }
    if (!session) throw new AppError('invalid-argument', 'a stream begins with its start');
    switch (message?.$case) {
      case 'batch':
        return session.accept(peer, fromBatch(message.value));
      case 'finish':
        // Not awaited: a visit that takes its time to finish must not keep this stream from being replaced.
        sessions.finish(session, message.value.clockMs).catch((error: unknown) => down.fail(error));
        return;
      case undefined:
        return;
      default:
        assertNever(message);
    }
  };
  const onAbort = () => down.fail(call.signal.reason);
  call.signal.addEventListener('abort', onAbort, { once: true });
  if (call.signal.aborted) onAbort();
  void readAll(requests, take).then(
    () => session?.isFinishing || down.end(),
    (error: unknown) => down.fail(error),
  );
  try {
    yield* down;
  } finally {
    session?.detach(peer);
    call.signal.removeEventListener('abort', onAbort);
  }
}

/** Not `for await`: leaving that early destroys the call before its status is sent. */
export async function readAll<Request>(
  requests: AsyncIterable<Request>,
  take: (request: Request) => Promise<void>,
): Promise<void> {
  const reading = requests[Symbol.asyncIterator]();
  for (let next = await reading.next(); !next.done; next = await reading.next()) await take(next.value);
}
