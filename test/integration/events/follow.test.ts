import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInbox, migrate, type Database, type Tx } from '@earshot/db';
import { connectBroker, consume, type Broker, type ConsumedEvent } from '@earshot/events';
import { testDatabase, testServers, Watched } from '@earshot/harness';
import { AppError, silentLog } from '@earshot/kernel';
import { systemClock } from '@earshot/service';

let database: Database;
let broker: Broker;
let bot: string;
const signal = () => AbortSignal.timeout(10_000);

beforeEach(async () => {
  bot = randomUUID();
  database = testDatabase('events');
  await migrate(database, await mkdtemp(join(tmpdir(), 'earshot-no-migrations-')));
  broker = await connectBroker({ url: testServers().natsUrl, name: 'test', log: silentLog });
  await broker.ensureStream();
});
afterEach(async () => {
  await broker[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const say = (what: string, id = randomUUID()) =>
  broker.publish({ id, subject: `bots.${bot}.${what}`, payload: Buffer.from(what) });

function listen(handle: (tx: Tx, facts: readonly ConsumedEvent[]) => Promise<void>) {
  return consume({
    broker,
    inbox: createInbox(database, 'test'),
    clock: systemClock,
    log: silentLog,
    subject: `bots.${bot}.*`,
    handle,
  });
}

describe('follow', () => {
  it('hears facts in their order, those said before it listened too', async () => {
    const heard: string[] = [];
    const watched = new Watched();
    await say('one');
    await using _following = listen(async (_tx, facts) => {
      heard.push(...facts.map((fact) => Buffer.from(fact.payload).toString()));
      watched.changed();
    });
    await say('two');
    await say('three');
    await watched.until(() => heard.length === 3, signal());
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it('hears a fact that was published twice once', async () => {
    const heard: string[] = [];
    const watched = new Watched();
    await using _following = listen(async (_tx, facts) => {
      heard.push(...facts.map((fact) => fact.subject.split('.')[2] ?? ''));
      watched.changed();
    });
    const id = randomUUID();
    await say('one', id);
    await say('one', id);
    await say('two');
    await watched.until(() => heard.includes('two'), signal());
    expect(heard).toEqual(['one', 'two']);
  });

  it('comes again with the same facts, and none later, while what handles them is away', async () => {
    const attempts: string[][] = [];
    const watched = new Watched();
    await using _following = listen(async (_tx, facts) => {
      attempts.push(facts.map((fact) => fact.subject.split('.')[2] ?? ''));
      watched.changed();
      if (attempts.length < 3) throw new AppError('unavailable', 'not now');
    });
    await say('one');
    await watched.until(() => attempts.length >= 3, signal());
    await say('two');
    await watched.until(() => attempts.at(-1)?.includes('two'), signal());
    expect(attempts.slice(0, 3)).toEqual([['one'], ['one'], ['one']]);
    expect(attempts.slice(3).flat()).toEqual(['two']);
  });

  it('goes on where it was after a restart', async () => {
    const heard: string[] = [];
    const watched = new Watched();
    const handle = async (_tx: Tx, facts: readonly ConsumedEvent[]) => {
      heard.push(...facts.map((fact) => fact.subject.split('.')[2] ?? ''));
      watched.changed();
    };
    const first = listen(handle);
    await say('one');
    await watched.until(() => heard.length === 1, signal());
    await first[Symbol.asyncDispose]();
    await say('two');
    await using _second = listen(handle);
    await watched.until(() => heard.length === 2, signal());
    expect(heard).toEqual(['one', 'two']);
  });
});

describe('forget', () => {
  it('takes a subject out of the stream, and nothing else', async () => {
    await say('kept');
    await say('forgotten');
    expect(await broker.forget([`bots.${bot}.forgotten`])).toBe(true);
    await say('later');
    const heard: string[] = [];
    const watched = new Watched();
    await using _following = listen(async (_tx, facts) => {
      heard.push(...facts.map((fact) => fact.subject.split('.')[2] ?? ''));
      watched.changed();
    });
    await watched.until(() => heard.includes('later'), signal());
    expect(heard).toEqual(['kept', 'later']);
  });

  it('takes all of many out, in as many calls as it is given time for', async () => {
    await Promise.all(Array.from({ length: 300 }, () => say('words')));
    await say('done');
    const subjects = ['words', 'done', 'never-said'].map((what) => `bots.${bot}.${what}`);
    const left = async () => {
      const { streams } = await jetstreamManager(broker.connection);
      const { state } = await streams.info('FACTS', { subjects_filter: `bots.${bot}.*` });
      return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    };
    let deletions = 0;
    expect(await broker.forget(subjects, { isTimeUp: () => (deletions += 1) > 100 })).toBe(false);
    const rest = await left();
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(301);
    expect(await broker.forget(subjects)).toBe(true);
    expect(await left()).toBe(0);
    expect(await broker.forget(subjects)).toBe(true);
  });

  it('can be done by two at once', async () => {
    await Promise.all(Array.from({ length: 200 }, () => say('words')));
    const twice = [1, 2].map(() => broker.forget([`bots.${bot}.words`]));
    expect(await Promise.all(twice)).toEqual([true, true]);
  });

  it('costs nobody a fact that is still to be heard', async () => {
    const MANY = 600;
    const watched = new Watched();
    const forgotten = Promise.withResolvers<void>();
    let [begun, heard] = [false, 0];
    await using _following = listen(async (_tx, facts) => {
      begun = true;
      watched.changed();
      await forgotten.promise;
      heard += facts.length;
      watched.changed();
    });
    await Promise.all(Array.from({ length: MANY }, () => say('one')));
    await watched.until(() => begun, signal());
    await broker.forget([`bots.${bot}.never-said`]);
    forgotten.resolve();
    await watched.until(() => heard === MANY, signal());
    expect(heard).toBe(MANY);
  });
});

describe('a broker that was set back to an older state', () => {
  it('is heard from its beginning, though its numbers were heard before', async () => {
    await say('one');
    const { stream, sequence } = await broker.ensureStream();
    await database.knex('inbox').insert({ consumer: 'test', stream, sequence: sequence + 1000 });
    const heard: string[] = [];
    const watched = new Watched();
    await using _following = listen(async (_tx, facts) => {
      heard.push(...facts.map((fact) => fact.subject.split('.')[2] ?? ''));
      watched.changed();
    });
    await say('two');
    await watched.until(() => heard.length === 2, signal());
    expect(heard).toEqual(['one', 'two']);
  });
});
