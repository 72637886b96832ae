import type { Database } from '@earshot/db';
import type { JoinerId } from '@earshot/kernel';

interface Row {
  joiner_id: string;
  address: string;
  seen_at: Date;
}

export type Joiners = ReturnType<typeof createJoiners>;

/** Where joiners are reached. A joiner that cannot be has no row. */
export function createJoiners({ knex }: Database) {
  return {
    /** Keeps where a joiner is reached; undefined: nowhere. */
    async note(joinerId: JoinerId, { address, at }: { address: string | undefined; at: number }): Promise<void> {
      if (address === undefined) await knex<Row>('joiners').where({ joiner_id: joinerId }).delete();
      else
        await knex<Row>('joiners')
          .insert({ joiner_id: joinerId, address, seen_at: new Date(at) })
          .onConflict('joiner_id')
          .merge();
    },

    /** Where a joiner is reached; undefined where that is not known. */
    async addressOf(joinerId: JoinerId): Promise<string | undefined> {
      return (await knex<Row>('joiners').where({ joiner_id: joinerId }).first('address'))?.address;
    },

    /** Forgets joiners that were seen last before a time; answers how many there were. */
    async prune(limit: number, { seenBefore }: { seenBefore: number }): Promise<number> {
      const old = knex<Row>('joiners')
        .where('seen_at', '<', new Date(seenBefore))
        .orderBy('seen_at')
        .limit(limit)
        .select('joiner_id');
      return knex<Row>('joiners').whereIn('joiner_id', old).delete();
    },
  };
}
