import type { Tx } from './database.ts';
import { prepared } from './prepared.ts';

/**
 * Removes facts of these subjects that wait to be published from the outbox. One that is being published is waited for: it is in the
 * stream once this is committed, or nowhere.
 */
export async function withdrawFacts(tx: Tx, schema: string, subjects: readonly string[]): Promise<void> {
  const waiting = 'from outbox where subject = any(?::text[])';
  const { rows } = await prepared(tx, `select exists (select 1 ${waiting}) as any`, [[...subjects]]);
  if (!rows[0].any) return;
  await prepared(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`relay:${schema}`]);
  await prepared(tx, `delete ${waiting}`, [[...subjects]]);
}
