import { translate, type Database, type Tx } from './database.ts';
import { prepared } from './prepared.ts';

interface Heard {
  readonly sequence: number;
}

/** The position of one consumer in the stream of facts, kept beside the tables it changes. */
export function createInbox(database: Database, consumer: string) {
  async function lock(tx: Tx): Promise<{ stream: string; sequence: number } | undefined> {
    const { rows } = await prepared(tx, 'select stream, sequence from inbox where consumer = ? for update', [consumer]);
    return rows[0];
  }

  return {
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

    /** Hands `work` the facts beyond the stored position and moves it, in one transaction. */
    async process<Fact extends Heard>(
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
    },
  };
}
