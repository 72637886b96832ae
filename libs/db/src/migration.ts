import type { Knex } from 'knex';

/** One file of a service's migrations folder, named by its time. */
export interface Migration {
  /**
   * `{ transaction: false }` for one that makes indexes of large tables by `createIndexConcurrently`. It may be killed at any
   * point and is run again from its beginning, so it has nothing else in it.
   */
  readonly config?: { readonly transaction?: boolean };
  up(knex: Knex): Promise<void>;
  down?(knex: Knex): Promise<void>;
}
