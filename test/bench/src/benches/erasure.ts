import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openDatabase, type Database } from '@earshot/db';
import { connectBroker, type Broker } from '@earshot/events';
import { eventually } from '@earshot/harness';
import { MINUTE, SECOND, mapConcurrent, silentLog } from '@earshot/kernel';
import { freePorts, startStack } from '@earshot/stack';
import type { Bench } from '../bench.ts';

const root = resolve(import.meta.dirname, '../../../..');
const [BOTS, UTTERANCES, OBJECTS, DELIVERIES] = [200, 200, 20, 10];
const PUBLISHED_AT_ONCE = 500;

/**
 * Every process that erases is the real one, and so are PostgreSQL, NATS and the files. What is erased is put there as a visit leaves
 * it: rows of every owner, objects, and the words in the stream. Bots become due at once; the last one's end is waited for.
 */
export const erasure: Bench = {
  measures: `erasing ${BOTS} bots that are due at once, with ${UTTERANCES} utterances, ${OBJECTS} objects and ${DELIVERIES} deliveries each`,
  async run() {
    await using parts = new AsyncDisposableStack();
    const dataDir = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
    parts.defer(() => rm(dataDir, { recursive: true, force: true }));
    const only = ['scheduler', 'media-streamer', 'transcriber', 'composer', 'retention', 'notifier'] as const;
    const settings = { ...process.env };
    const stack = parts.use(
      await startStack({ root, dataDir, ports: await freePorts(), settings, only, log: silentLog }),
    );
    const database = parts.use(openDatabase({ url: stack.databaseUrl, schema: 'public', pool: 4 }));
    const broker = parts.use(await connectBroker({ url: stack.natsUrl, name: 'bench', log: silentLog }));
    await broker.ensureStream();
    const botIds = Array.from({ length: BOTS }, () => randomUUID());
    await fillTables(database, botIds);
    await mapConcurrent(botIds, { concurrency: 8 }, (botId) => putObjects(join(dataDir, 'blobs'), botId));
    await sayWords(broker, botIds);

    const startedAt = performance.now();
    await database.knex.raw('update retention.erasures set next_try_at = now()');
    const left = async () => {
      const { rows } = await database.knex.raw(
        'select count(*)::int as left from retention.erasures where done_at is null',
      );
      return (rows as { left: number }[])[0]?.left === 0;
    };
    await eventually(left, { signal: AbortSignal.timeout(10 * MINUTE), everyMs: 50 });
    const seconds = (performance.now() - startedAt) / SECOND;
    const { rows } = await database.knex.raw(
      'select min(deleted_objects) as least, max(deleted_objects) as most, max(attempts) as attempts from retention.erasures',
    );
    return {
      ...{ bots_per_second: Math.round((BOTS / seconds) * 10) / 10, utterances_per_bot: UTTERANCES, bots: BOTS },
      deleted_objects: (rows as unknown[])[0],
    };
  },
};

async function fillTables({ knex }: Pick<Database, 'knex'>, botIds: readonly string[]): Promise<void> {
  const ids = { botIds: [...botIds], utterances: UTTERANCES, deliveries: DELIVERIES };
  const destinations = { lifecycleUrl: '', callbackVersion: '', participantHooks: [] };
  const spec = { platform: 'zoom', retentionHours: 1, leave: {}, destinations, attributesJson: '{}' };
  const each = 'unnest(:botIds::uuid[]) as bot_id';
  await knex.raw(
    `insert into scheduler.bots (bot_id, account_id, spec, state, created_at, due_at, ended_at, timeline)
     select bot_id, 'a', :spec::jsonb, 'done', now(), now(), now(), '[]' from ${each}`,
    { ...ids, spec: JSON.stringify(spec) },
  );
  await knex.raw(
    `insert into media.recordings (bot_id, account_id, state, started_at, epoch, shift_ms, owner, durable_samples,
       durable_sequence, ended_at, updated_at, bytes, sha256)
     select bot_id, 'a', 'ready', now(), 1, 0, '', 1, 1, now(), now(), 1, '' from ${each}`,
    ids,
  );
  await knex.raw(
    `insert into transcriber.transcripts (transcript_id, bot_id, account_id, engine, options_json, state, created_at)
     select bot_id, bot_id, 'a', 'deepgram_streaming', '{}', 'ready', now() from ${each}`,
    ids,
  );
  await knex.raw(
    `insert into transcriber.utterances (utterance_id, transcript_id, bot_id, track_id, number, text, start_ms, end_ms, words)
     select gen_random_uuid(), bot_id, bot_id, 't', n, 'some words of somebody', n * 1000, n * 1000 + 900, '[]'
     from ${each}, generate_series(1, :utterances::int) as n`,
    ids,
  );
  await knex.raw(
    `with line as (
       insert into notifier.lines (bot_id, url, url_hash, host)
       select bot_id, 'https://example.org/' || bot_id, sha256(bot_id::text::bytea), 'example.org' from ${each} returning *)
     insert into notifier.deliveries (message_id, line_id, account_id, bot_id, url, body, content_type, label, state, created_at,
       settled_at)
     select gen_random_uuid(), line_id, 'a', bot_id, url, 'something'::bytea, 'application/json', 'bot.done', 'delivered', now(), now()
     from line, generate_series(1, :deliveries::int)`,
    ids,
  );
  await knex.raw(
    `insert into retention.erasures (bot_id, due_at, next_try_at, is_settled, is_heard)
     select bot_id, now(), now() + interval '1 day', true, true from ${each}`,
    ids,
  );
}

async function putObjects(blobDir: string, botId: string): Promise<void> {
  const folder = join(blobDir, 'bots', botId, 'audio/segments');
  await mkdir(folder, { recursive: true });
  for (let segment = 0; segment < OBJECTS; segment++)
    await writeFile(join(folder, `${String(segment).padStart(8, '0')}.pcm`), 'sound');
}

/** As meetings that went on at the same time leave them: everybody's words between everybody's. */
async function sayWords(broker: Broker, botIds: readonly string[]): Promise<void> {
  const payload = Buffer.alloc(400, 'x');
  const facts = Array.from({ length: UTTERANCES }, () =>
    botIds.map((botId) => ({ id: randomUUID(), subject: `transcripts.${botId}.utterance-final`, payload })),
  );
  await mapConcurrent(facts.flat(), { concurrency: PUBLISHED_AT_ONCE }, (fact) => broker.publish(fact));
}
