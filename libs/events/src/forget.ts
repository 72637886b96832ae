import { AckPolicy, DeliverPolicy, jetstreamManager, type SeqMsgRequest, type StreamAPI } from '@nats-io/jetstream';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { SECOND, mapConcurrent } from '@earshot/kernel';

const TIMEOUT_MS = 5 * SECOND;
/** Subjects looked up concurrently; each costs a request, or two where something is found. */
const SUBJECTS_AT_ONCE = 8;
/** Deletions of one call under way at once: the server works on one after the other, and is not to wait for the next. */
const DELETIONS_AT_ONCE = 32;
/** Silence after which a list of places is taken for complete, although its end was not seen: other replicas delete as well. */
const SILENCE_MS = 2 * SECOND;

export interface ForgetOptions {
  readonly stream: string;
  /** Without wildcards: the server finds the messages of a subject at once, and of a pattern by reading through all subjects there are. */
  readonly subjects: readonly string[];
  /** Asked between deletions. */
  readonly isTimeUp: () => boolean;
}

/**
 * Removes every message of these subjects from a stream and overwrites it; answers whether none is left. Not by purging the
 * subject: nats-server 2.9.10, which Debian ships, moves every consumer behind the purge, and overwrites nothing.
 */
export async function forgetSubjects(
  connection: NatsConnection,
  { stream, subjects, isTimeUp }: ForgetOptions,
): Promise<boolean> {
  const { streams } = await jetstreamManager(connection, { timeout: TIMEOUT_MS, checkAPI: false });
  const left = await mapConcurrent(subjects, { concurrency: SUBJECTS_AT_ONCE }, async (subject) => {
    // The first and not the last: nats-server 2.9.10 finds no last message where the last one was deleted. Servers answer the next
    // message of a subject since 2.8.3; the client's type knows it of direct requests only.
    const next = (seq: number) => streams.getMessage(stream, { seq, next_by_subj: subject } as SeqMsgRequest);
    for (let found = await next(0); found; found = await next(found.seq + 1)) {
      if (isTimeUp()) return true;
      // Most subjects have one message of a bot; where there are more, there are many.
      const places = (await next(found.seq + 1)) ? await placesOf(connection, { stream, subject }) : [found.seq];
      await mapConcurrent(places, { concurrency: DELETIONS_AT_ONCE }, async (seq) => {
        if (!isTimeUp()) await deleteMessage(streams, { stream, seq });
      });
      if (isTimeUp()) return true;
    }
    return false;
  });
  return left.every((isLeft) => !isLeft);
}

/** One that is gone already was deleted by another replica. */
async function deleteMessage(streams: StreamAPI, { stream, seq }: { stream: string; seq: number }): Promise<void> {
  try {
    await streams.deleteMessage(stream, seq);
  } catch (error) {
    if (await streams.getMessage(stream, { seq })) throw error;
  }
}

/** Where the messages of a subject stand: a consumer that lives as long as this takes is sent their headers. */
async function placesOf(
  connection: NatsConnection,
  { stream, subject }: { stream: string; subject: string },
): Promise<number[]> {
  const { consumers } = await jetstreamManager(connection, { timeout: TIMEOUT_MS, checkAPI: false });
  const places: number[] = [];
  const inbox = createInbox();
  const ended = Promise.withResolvers<void>();
  let silence: NodeJS.Timeout | undefined;
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => ended.resolve(), SILENCE_MS);
  };
  const subscription = connection.subscribe(inbox, {
    callback(error, message) {
      if (error) return ended.reject(error);
      const place = placeIn(message.reply ?? '');
      // A message without a place is the server's own.
      if (!place) return;
      places.push(place.sequence);
      if (place.pending === 0) ended.resolve();
      else listen();
    },
  });
  try {
    listen();
    const consumer = await consumers.add(stream, {
      deliver_subject: inbox,
      filter_subject: subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.None,
      headers_only: true,
      mem_storage: true,
      // Nanoseconds: the server removes it if this process cannot.
      inactive_threshold: 10 * SECOND * 1e6,
    });
    if (consumer.num_pending === 0 && consumer.delivered.consumer_seq === 0) ended.resolve();
    await ended.promise;
    // The server removes it by itself where this fails.
    await consumers.delete(stream, consumer.name).catch(() => {});
    return places;
  } finally {
    clearTimeout(silence);
    subscription.unsubscribe();
  }
}

/**
 * Where a delivered message stands, and how many follow it, from its reply subject: $JS.ACK.<stream>.<consumer>.<deliveries>.
 * <stream sequence>.<consumer sequence>.<time>.<pending>, or with domain and account before the stream (ADR-15 of NATS).
 */
function placeIn(reply: string): { sequence: number; pending: number } | undefined {
  const words = reply.split('.');
  if (words[0] !== '$JS' || words.length < 9) return undefined;
  const at = words.length === 9 ? 2 : 4;
  return { sequence: Number(words[at + 3]), pending: Number(words[at + 6]) };
}
