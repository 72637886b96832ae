export { Batcher, type BatcherOptions } from './batcher.ts';
export { createIndexConcurrently, dropIndexConcurrently, type IndexToCreate } from './create-index.ts';
export { openDatabase, type Database, type Queryable, type Tx } from './database.ts';
export { isContentError, isUniqueViolation, translate } from './errors.ts';
export { createInbox } from './inbox.ts';
export { isLasting, tryAlone } from './lasting.ts';
export { migrate } from './migrate.ts';
export type { Migration } from './migration.ts';
export {
  createOutbox,
  currentTraceparent,
  relayOutbox,
  type Outbox,
  type OutboxFact,
  type RelayOptions,
} from './outbox.ts';
export { prepared } from './prepared.ts';
export { countSetAside, forgetSetAside } from './set-aside.ts';
export {
  dropSetAside,
  listSetAside,
  retrySetAside,
  schemasWithSetAside,
  type SetAsideEntry,
  type SetAsideFilter,
} from './set-aside-command.ts';
export { seal, unseal } from './seal.ts';
export { withdrawFacts } from './withdraw.ts';
