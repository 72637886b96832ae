import type { IngestResponse } from '@earshot/contract/media/v1/media.ts';
import { AppError, assertNever, type AsyncQueue } from '@earshot/kernel';
import type { CallContext } from '@earshot/rpc';
import type { IngestPeer } from '../session/ingest-peer.ts';

/** What a joiner sends by the stream of a visit: its start, batches in sequence, its end. */
interface VisitRequest<Start, Batch, Finish> {
  readonly message:
    | { readonly $case: 'start'; readonly value: Start }
    | { readonly $case: 'batch'; readonly value: Batch }
    | { readonly $case: 'finish'; readonly value: Finish }
    | undefined;
}

/** A visit as this process holds it; several streams may follow each other. */
interface VisitSession<Peer> {
  readonly nextSequence: number;
  readonly isFinishing: boolean;
  attach(peer: Peer): void;
  detach(peer: Peer): void;
}

interface VisitStream<Start, Batch, Finish, Peer, Session extends VisitSession<Peer>, Response> {
  readonly requests: AsyncIterable<VisitRequest<Start, Batch, Finish>>;
  readonly call: CallContext;
  /** What it is answered; where it resumes and what is acknowledged is answered here. */
  readonly down: AsyncQueue<Response | IngestResponse>;
  /** Of `peerOf`, with what else its session asks of the joiner. */
  readonly peer: Peer;
  readonly open: (start: Start) => Promise<Session>;
  readonly accept: (session: Session, batch: Batch) => void | Promise<void>;
  readonly finish: (session: Session, finish: Finish) => Promise<void>;
}

/** The joiner at the other end of a stream that is answered through this queue. */
export function peerOf<Response>(down: AsyncQueue<Response | IngestResponse>): IngestPeer {
  return {
    acknowledge(sequence, { finished }) {
      down.push({ message: { $case: 'acknowledge', value: { sequence, finished } } });
      if (finished) down.end();
    },
    end: (error) => down.fail(error),
  };
}

/** One stream of one visit, from its start to wherever it ends. Throws `invalid-argument` for any other order of messages. */
export async function* serveVisit<Start, Batch, Finish, Peer, Session extends VisitSession<Peer>, Response>({
  requests,
  call,
  down,
  peer,
  ...visit
}: VisitStream<Start, Batch, Finish, Peer, Session, Response>): AsyncGenerator<Response | IngestResponse> {
  let session: Session | undefined;
  const take = async ({ message }: VisitRequest<Start, Batch, Finish>): Promise<void> => {
    if (message?.$case === 'start') {
      if (session) throw new AppError('invalid-argument', 'a stream starts once');
      const opened = await visit.open(message.value);
      call.signal.throwIfAborted();
      session = opened;
      down.push({ message: { $case: 'resume', value: { nextSequence: session.nextSequence } } });
      session.attach(peer);
      return;
    }
    if (!session) throw new AppError('invalid-argument', 'a stream begins with its start');
    switch (message?.$case) {
      case 'batch':
        return visit.accept(session, message.value);
      case 'finish':
        // Not awaited: a visit that takes its time to finish must not keep this stream from being replaced.
        visit.finish(session, message.value).catch((error: unknown) => down.fail(error));
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
async function readAll<Request>(
  requests: AsyncIterable<Request>,
  take: (request: Request) => Promise<void>,
): Promise<void> {
  const reading = requests[Symbol.asyncIterator]();
  for (let next = await reading.next(); !next.done; next = await reading.next()) await take(next.value);
}
