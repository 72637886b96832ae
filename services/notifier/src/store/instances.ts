import { prepared, translate, type Database } from '@earshot/db';
import { SECOND } from '@earshot/kernel';

export type Instances = ReturnType<typeof createInstances>;

/** After this long without a renewal, an instance's queues are free for others. */
export const LEASE_MS = 1.5 * SECOND;

/**
 * Which processes live. A lease is about processes and not about schedules, so it goes by the database's clock: it is
 * the same for all instances.
 */
export function createInstances(database: Database) {
  const { knex } = database;
  return {
    async renew(instanceId: string): Promise<void> {
      try {
        await prepared(
          knex,
          `insert into instances (instance_id, alive_until) values (:id, clock_timestamp() + :lease * interval '1 ms')
           on conflict (instance_id) do update set alive_until = excluded.alive_until`,
          { id: instanceId, lease: LEASE_MS },
        );
      } catch (error) {
        throw translate(error);
      }
    },

    /** Frees the instance's queues, and forgets the instances that ended without this. */
    async end(instanceId: string): Promise<void> {
      await knex.raw(
        `delete from instances where instance_id = ? or alive_until < clock_timestamp() - interval '1 h'`,
        [instanceId],
      );
    },
  };
}
