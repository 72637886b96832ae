import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInbox, createOutbox, migrate, relayOutbox, type Database } from '@earshot/db';
import { testDatabase } from '@earshot/harness';

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
    await relayOutbox(database, async (fact) => void published.push(fact.subject));
    await relayOutbox(database, async (fact) => void published.push(fact.subject));
    expect(published).toEqual(['bots.1.a', 'bots.1.b', 'bots.1.c']);
  });

  it('says nothing of a transaction that was rolled back', async () => {
    const failing = database.transaction(async (tx) => {
      await outbox.append(tx, [{ bot: '1', what: 'a' }]);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    const published: string[] = [];
    await relayOutbox(database, async (fact) => void published.push(fact.subject));
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
    const refusing = relayOutbox(database, async (fact) => {
      seen.push(fact.subject);
      throw new Error('no broker');
    });
    await expect(refusing).rejects.toThrow('no broker');
    expect(seen).toEqual(['bots.1.a']);
    await relayOutbox(database, async (fact) => void seen.push(fact.subject));
    expect(seen).toEqual(['bots.1.a', 'bots.1.a', 'bots.1.b']);
  });
});

describe('inbox', () => {
  const facts = [1, 2, 3].map((sequence) => ({ sequence }));

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
