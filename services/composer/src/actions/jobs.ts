import { jitter, SECOND, type AppError } from '@earshot/kernel';
import { retryDelayMs } from '../domain/attempts.ts';
import { factOf, type Composition, type CompositionKind, type Outcome } from '../domain/composition.ts';
import type { ComposerDeps } from './deps.ts';

/** Not renewed for this long, a lease expires and another process goes on with it. */
const LEASE_MS = 15 * SECOND;
/** How often it is renewed, and progress written down. */
export const RENEW_MS = 4 * SECOND;

type JobDeps = Pick<ComposerDeps, 'database' | 'compositions' | 'outbox' | 'clock' | 'wake'>;

/** Takes what is due, or whose owner is gone. */
export function claimJob(
  { compositions, clock }: JobDeps,
  { owner, kinds }: { owner: string; kinds: readonly CompositionKind[] },
): Promise<Composition | undefined> {
  const now = clock.now();
  return compositions.claim(now, { owner, kinds, leaseUntil: now + LEASE_MS });
}

/** Renews a lease; answers false where it is lost: somebody else has it, or the bot is erased. */
export function renewJob(
  { compositions, clock }: JobDeps,
  job: Composition,
  { owner, progress }: { owner: string; progress: number },
): Promise<boolean> {
  return compositions.renew(job, { owner, progress, leaseUntil: clock.now() + LEASE_MS });
}

/** Gives a job back that was not tried to its end: the attempt does not count. */
export async function returnJob(
  { compositions, clock }: JobDeps,
  job: Composition,
  { owner }: { owner: string },
): Promise<void> {
  await compositions.release(job, { owner, dueAt: clock.now(), attempts: job.attempts - 1 });
}

/** Gives back what failed, to be tried later; answers false where it has failed for good. */
export async function retryJob(
  { compositions, clock }: JobDeps,
  job: Composition,
  { owner, error }: { owner: string; error: AppError },
): Promise<boolean> {
  const delayMs = retryDelayMs(error.code, job.attempts);
  if (delayMs === undefined) return false;
  await compositions.release(job, { owner, dueAt: clock.now() + jitter(delayMs), attempts: job.attempts });
  return true;
}

/** Writes an outcome down, with its fact. Nothing happens where the job is not the owner's any more. */
export async function finishJob(
  { database, compositions, outbox, clock, wake }: JobDeps,
  job: Composition,
  { owner, outcome }: { owner: string; outcome: Outcome },
): Promise<void> {
  const at = clock.now();
  const detail = outcome.state === 'ready' ? '' : outcome.detail;
  const artifactId = outcome.state === 'ready' ? outcome.artifactId : '';
  await database.transaction(async (tx) => {
    if (!(await compositions.finish(tx, { key: job, owner, at, state: outcome.state, detail, artifactId }))) return;
    const fact = factOf(job, outcome, at);
    if (fact) await outbox.append(tx, [fact]);
  });
  wake();
}
