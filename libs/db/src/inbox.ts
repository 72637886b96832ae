import { translate, type Database, type Tx } from './database.ts';

interface Heard {
  readonly sequence: number;
}

/** The position of one consumer in the stream of facts, kept beside the tables it changes. */
export function createInbox(database: Database, consumer: string) {
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
        await tx('inbox').insert({ consumer, stream, sequence: 0 }).onConflict('consumer').ignore();
        const stored = await tx('inbox').where({ consumer }).forUpdate().first('stream', 'sequence');
        const done = stored.stream === stream ? stored.sequence : 0;
        const fresh = facts.filter((fact) => fact.sequence > done);
        const last = fresh.at(-1);
        if (!last) return;
        await work(tx, fresh);
        await tx('inbox').where({ consumer }).update({ stream, sequence: last.sequence });
      });
    },
  };
}
