export { Batcher, type BatcherOptions } from './batcher.ts';
export { isUniqueViolation, openDatabase, translate, type Database, type Queryable, type Tx } from './database.ts';
export { createInbox } from './inbox.ts';
export { migrate, type Migration } from './migrate.ts';
export { createOutbox, relayOutbox, type Outbox, type OutboxFact } from './outbox.ts';
export { prepared } from './prepared.ts';
export { seal, unseal } from './seal.ts';
