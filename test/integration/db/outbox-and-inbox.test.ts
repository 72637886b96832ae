import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInbox, createOutbox, migrate, relayOutbox, retrySetAside, type Database } from '@earshot/db';
import { testDatabase } from '@earshot/harness';
import { AppError, silentLog as log } from '@earshot/kernel';

let database: Database;
const outbox = createOutbox((event: { bot: string; what: string }) => ({
  id: randomUUID(),
  subject: `bots.${event.bot}.${event.what}`,
  payload: Buffer.from(event.what),
}));

beforeEach(async () => {
  database = testDatabase('db');
  await migrate(database, await mkdtemp(join(tmpdir(), 'earshot-no-migrations-')));
});
afterEach(() => database[Symbol.asyncDispose]());

describe('outbox', () => {
  it('publishes what was committed, in order, once', async () => {
    await database.transaction((tx) =>
      outbox.append(
        tx,
        ['a', 'b', 'c'].map((what) => ({ bot: '1', what })),
      ),
    );
    const published: string[] = [];
    await relayOutbox(database, async (fact) => void published.push(fact.subject), { log });
    await relayOutbox(database, async (fact) => void published.push(fact.subject), { log });
    expect(published).toEqual(['bots.1.a', 'bots.1.b', 'bots.1.c']);
  });

  it('takes a fact whose id waits already for that one', async () => {
    const id = randomUUID();
    const repeating = createOutbox((what: string) => ({ id, subject: `bots.1.${what}`, payload: Buffer.from(what) }));
    for (const what of ['a', 'again']) await database.transaction((tx) => repeating.append(tx, [what]));
    const published: string[] = [];
    await relayOutbox(database, async (fact) => void published.push(fact.subject), { log });
    expect(published).toEqual(['bots.1.a']);
  });

  it('says nothing of a transaction that was rolled back', async () => {
    const failing = database.transaction(async (tx) => {
      await outbox.append(tx, [{ bot: '1', what: 'a' }]);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    const published: string[] = [];
    await relayOutbox(database, async (fact) => void published.push(fact.subject), { log });
    expect(published).toEqual([]);
  });

  it('publishes again what the broker did not take, and nothing later of that bot before it', async () => {
    await database.transaction((tx) =>
      outbox.append(
        tx,
        ['a', 'b'].map((what) => ({ bot: '1', what })),
      ),
    );
    const seen: string[] = [];
    const refusing = relayOutbox(
      database,
      async (fact) => {
        seen.push(fact.subject);
        throw new Error('no broker');
      },
      { log },
    );
    await expect(refusing).rejects.toThrow('no broker');
    expect(seen).toEqual(['bots.1.a']);
    await relayOutbox(database, async (fact) => void seen.push(fact.subject), { log });
    expect(seen).toEqual(['bots.1.a', 'bots.1.a', 'bots.1.b']);
  });
});

describe('a fact that the broker will never take', () => {
  const say = (...events: [bot: string, what: string][]) =>
    database.transaction((tx) =>
      outbox.append(
        tx,
        events.map(([bot, what]) => ({ bot, what })),
      ),
    );
  const aside = () => database.knex('set_aside_facts').orderBy('position').select('subject', 'reason', 'consumer');

  it('is set aside with what its bot says later, and holds up nobody else', async () => {
    await say(['1', 'a'], ['1', 'huge'], ['1', 'b'], ['2', 'a']);
    const published: string[] = [];
    const publish = async ({ subject }: { subject: string }) => {
      if (subject.endsWith('huge')) throw new AppError('invalid-argument', 'too large');
      published.push(subject);
    };
    await relayOutbox(database, publish, { log });
    await say(['1', 'c'], ['2', 'b']);
    await relayOutbox(database, publish, { log });
    expect(published.toSorted()).toEqual(['bots.1.a', 'bots.2.a', 'bots.2.b']);
    const reason = 'behind an earlier fact of its bot';
    expect(await aside()).toEqual([
      { consumer: 'outbox', subject: 'bots.1.huge', reason: 'invalid-argument: too large' },
      { consumer: 'outbox', subject: 'bots.1.b', reason },
      { consumer: 'outbox', subject: 'bots.1.c', reason },
    ]);
    expect(await database.knex('outbox').count()).toEqual([{ count: 0 }]);

    await relayOutbox(database, publish, { log });
    expect(published).toHaveLength(3);
    await retrySetAside(database.knex, database.schema, {});
    await relayOutbox(database, async ({ subject }) => void published.push(subject), { log });
    expect(published.slice(3)).toEqual(['bots.1.huge', 'bots.1.b', 'bots.1.c']);
    expect(await aside()).toEqual([]);
  });

  it('leaves those of other bots published when the broker goes away in between', async () => {
    await say(['1', 'a'], ['2', 'a']);
    const gone = relayOutbox(
      database,
      async ({ subject }) => {
        if (subject === 'bots.1.a') throw new AppError('unavailable', 'gone');
      },
      { log },
    );
    await expect(gone).rejects.toThrow('gone');
    expect(await database.knex('outbox').select('subject')).toEqual([{ subject: 'bots.1.a' }]);
  });
});

describe('inbox', () => {
  const facts = [1, 2, 3].map((sequence) => ({
    ...{ sequence, id: `fact ${sequence}`, subject: 'bots.1.joining' },
    payload: Buffer.alloc(0),
  }));

  it('hands over each fact once, whoever asks again', async () => {
    const inbox = createInbox(database, 'reader');
    const seen: number[] = [];
    const work = async (_tx: unknown, fresh: readonly { sequence: number }[]) =>
      void seen.push(...fresh.map((fact) => fact.sequence));
    await inbox.process({ stream: 's', facts: facts.slice(0, 2) }, work);
    await inbox.process({ stream: 's', facts }, work);
    expect(seen).toEqual([1, 2, 3]);
    expect(await inbox.position()).toEqual({ stream: 's', sequence: 3 });
  });

  it('keeps its position when the work fails, and takes back what the work wrote', async () => {
    const inbox = createInbox(database, 'reader');
    const failing = inbox.process({ stream: 's', facts }, async (tx) => {
      await tx('outbox').insert({ id: randomUUID(), subject: 'x.y.z', payload: Buffer.alloc(0) });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await inbox.position()).toBeUndefined();
    expect(await database.knex('outbox').count()).toEqual([{ count: 0 }]);
  });

  it('starts again with a new life of the stream', async () => {
    const inbox = createInbox(database, 'reader');
    const seen: number[] = [];
    const work = async (_tx: unknown, fresh: readonly { sequence: number }[]) =>
      void seen.push(...fresh.map((fact) => fact.sequence));
    await inbox.process({ stream: 'old', facts }, work);
    await inbox.process({ stream: 'new', facts: facts.slice(0, 1) }, work);
    expect(seen).toEqual([1, 2, 3, 1]);
  });
});

describe('migrate', () => {
  it('lets several replicas start at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-migrations-'));
    await writeFile(
      join(folder, '20260101T0000-x.ts'),
      `export async function up(knex) { await knex.schema.createTable('x', (t) => t.text('y')); }`,
    );
    await using fresh = testDatabase('migrate');
    await Promise.all([migrate(fresh, folder), migrate(fresh, folder), migrate(fresh, folder)]);
    expect(await fresh.knex('x').select()).toEqual([]);
  });
});
