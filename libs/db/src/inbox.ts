import type { Database, Tx } from './database.ts';
import { translate } from './errors.ts';
import { prepared } from './prepared.ts';
import { countSetAside, createSetAside, type QueuedFact, type SetAsideFact, type SetAsideReason } from './set-aside.ts';

/** The position of one consumer in the stream of facts, kept beside the tables it changes; and what it could not handle. */
export function createInbox(database: Database, consumer: string) {
  const aside = createSetAside(consumer);

  async function lock(tx: Tx): Promise<{ stream: string; sequence: number } | undefined> {
    const { rows } = await prepared(tx, 'select stream, sequence from inbox where consumer = ? for update', [consumer]);
    return rows[0];
  }

  /** Locks the position, and runs `work` on those facts that lie beyond it before it moves. */
  async function moveOver<Fact extends QueuedFact>(
    { stream, facts }: { stream: string; facts: readonly Fact[] },
    work: (tx: Tx, facts: readonly Fact[]) => Promise<void>,
  ): Promise<void> {
    await database.transaction(async (tx) => {
      let stored = await lock(tx);
      if (!stored) {
        await tx('inbox').insert({ consumer, stream, sequence: 0 }).onConflict('consumer').ignore();
        stored = await lock(tx);
      }
      const done = stored?.stream === stream ? stored.sequence : 0;
      const fresh = facts.filter((fact) => fact.sequence > done);
      const last = fresh.at(-1);
      if (!last) return;
      await work(tx, fresh);
      const position = { stream, sequence: last.sequence, consumer };
      await prepared(
        tx,
        'update inbox set stream = :stream, sequence = :sequence where consumer = :consumer',
        position,
      );
    });
  }

  return {
    consumer,

    async position(): Promise<{ stream: string; sequence: number } | undefined> {
      try {
        return await database.knex('inbox').where({ consumer }).first('stream', 'sequence');
      } catch (error) {
        throw translate(error);
      }
    },

    async rewind(stream: string): Promise<void> {
      try {
        await database.knex('inbox').where({ consumer, stream }).update({ sequence: 0 });
      } catch (error) {
        throw translate(error);
      }
    },

    /**
     * Gives `work` the facts beyond the stored position and moves it, in one transaction. Those of a bot that has a fact
     * set aside wait behind it; answers how many of them there was no room for.
     */
    async process<Fact extends QueuedFact>(
      batch: { stream: string; facts: readonly Fact[] },
      work: (tx: Tx, facts: readonly Fact[]) => Promise<void>,
    ): Promise<{ dropped: number }> {
      let dropped = 0;
      await moveOver(batch, async (tx, fresh) => {
        const sorted = await aside.addBehind(tx, batch.stream, fresh);
        dropped = sorted.dropped;
        if (sorted.free.length > 0) await work(tx, sorted.free);
      });
      return { dropped };
    },

    /** Runs `work` as `process` does and takes its effect on our tables back. Throws what it throws. */
    async dryRun<Fact extends QueuedFact>(
      facts: readonly Fact[],
      work: (tx: Tx, facts: readonly Fact[]) => Promise<void>,
    ): Promise<void> {
      const rolledBack = new Error('rolled back');
      const trial = database.transaction(async (tx) => {
        await work(tx, facts);
        throw rolledBack;
      });
      await trial.catch((error: unknown) => {
        if (error !== rolledBack) throw error;
      });
    },

    /** Sets a fact aside and moves the position past it, in one transaction. */
    async setAside({ stream, fact, ...why }: { stream: string; fact: QueuedFact } & SetAsideReason): Promise<void> {
      await moveOver({ stream, facts: [fact] }, (tx) => aside.add(tx, fact, { stream, ...why }));
    },

    /**
     * Gives `work` the set-aside fact that is due the longest, if any is. Answers it, with the error if it failed again: it
     * is then to be postponed.
     */
    async retry(
      now: number,
      work: (tx: Tx, facts: readonly SetAsideFact[]) => Promise<void>,
    ): Promise<{ fact: SetAsideFact; error?: unknown } | undefined> {
      let fact: SetAsideFact | undefined;
      try {
        if (!(await aside.nextDue(database.knex, now))) return undefined;
        await database.transaction(async (tx) => {
          await lock(tx);
          fact = await aside.nextDue(tx, now);
          if (!fact) return;
          await work(tx, [fact]);
          await aside.settle(tx, fact, now);
        });
        return fact && { fact };
      } catch (error) {
        if (!fact) throw translate(error);
        return { fact, error };
      }
    },

    async postpone(fact: SetAsideFact, why: SetAsideReason): Promise<void> {
      try {
        await aside.postpone(database.knex, fact, why);
      } catch (error) {
        throw translate(error);
      }
    },

    async countSetAside(): Promise<{ facts: number; bots: number }> {
      try {
        return await countSetAside(database, consumer);
      } catch (error) {
        throw translate(error);
      }
    },
  };
}
