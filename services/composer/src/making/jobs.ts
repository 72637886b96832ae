import { randomUUID } from 'node:crypto';
import { AppError, SECOND, type BotId } from '@earshot/kernel';
import { startLoop, type Background } from '@earshot/service';
import type { ComposerDeps } from '../actions/deps.ts';
import { claimJob, finishJob, RENEW_MS, renewJob, retryJob, returnJob } from '../actions/jobs.ts';
import { mayBegin } from '../domain/attempts.ts';
import type { Composition, CompositionKind } from '../domain/composition.ts';
import type { ComposerMeters } from './meters.ts';
import type { Maker, MakingDeps } from './maker.ts';
import type { WorkingFolders } from './working-folders.ts';

export interface JobsOptions extends MakingDeps, Pick<ComposerDeps, 'database' | 'compositions' | 'outbox' | 'wake'> {
  readonly makers: Readonly<Record<CompositionKind, Maker>>;
  readonly folders: WorkingFolders;
  readonly meters: ComposerMeters;
  /** Which are made here, and how many at a time. */
  readonly kinds: readonly CompositionKind[];
  readonly concurrency: number;
}

export interface Jobs extends Background {
  /** Ends what is made of a bot here; resolves when it writes no file any more. */
  stop(botId: BotId): Promise<void>;
}

interface RunningJob {
  readonly botId: BotId;
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/** Makes what is due, some at a time; on disposal those under way are given back. */
export function startJobs(options: JobsOptions): Jobs {
  const { clock, log, concurrency, kinds } = options;
  const running = new Set<RunningJob>();
  const loop = startLoop({
    ...{ name: `jobs ${kinds.join(' ')}`, clock, log, everyMs: SECOND },
    async round() {
      if (running.size >= concurrency) return false;
      const owner = randomUUID();
      const job = await claimJob(options, { owner, kinds });
      if (!job) return false;
      const stopping = new AbortController();
      const ended = runJob(options, job, { owner, stopping })
        .catch((error: unknown) => log.warn('job lost, its lease will run out', { botId: job.botId, error }))
        .finally(() => {
          running.delete(entry);
          loop.wake();
        });
      const entry: RunningJob = { botId: job.botId, stopping, ended };
      running.add(entry);
      return true;
    },
  });
  const end = async (jobs: readonly RunningJob[], reason: string) => {
    for (const { stopping } of jobs) stopping.abort(new AppError('cancelled', reason));
    await Promise.all(jobs.map(({ ended }) => ended));
  };
  return {
    wake: () => loop.wake(),
    stop: (botId) =>
      end(
        Array.from(running).filter((job) => job.botId === botId),
        'the bot is erased',
      ),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await end([...running], 'the composer is stopping');
    },
  };
}

async function runJob(
  options: JobsOptions,
  job: Composition,
  { owner, stopping }: { owner: string; stopping: AbortController },
): Promise<void> {
  const { folders, meters, makers, clock } = options;
  const log = options.log.child({ botId: job.botId, kind: job.kind, layout: job.layout, attempt: job.attempts });
  if (!mayBegin(job.attempts))
    return finishJob(options, job, { owner, outcome: { state: 'failed', detail: 'it was tried too often' } });
  const { signal } = stopping;
  const progress = { share: job.progress };
  const onProgress = (share: number) => {
    progress.share = Math.min(1, Math.max(progress.share, share));
    meters.progress(job, progress.share);
  };
  const done = new AbortController();
  const alive = keepAlive(options, job, { owner, stopping, progress, signal: done.signal });
  const place = await folders.open(job, { owner, attempt: job.attempts });
  const startedAt = clock.monotonicNow();
  try {
    const outcome = await makers[job.kind]({ ...options, log }, { job, ...place, signal, onProgress });
    signal.throwIfAborted();
    await finishJob(options, job, { owner, outcome });
    const tookMs = clock.monotonicNow() - startedAt;
    meters.finished(job, outcome, tookMs);
    log.info('composition finished', { state: outcome.state, tookMs });
    await folders.remove(job);
  } catch (caught) {
    const error = AppError.from(caught);
    if (signal.aborted) return await returnJob(options, job, { owner });
    if (await retryJob(options, job, { owner, error }))
      return log.warn('composing failed, trying again', {
        code: error.code,
        reason: error.message,
        error: error.cause,
      });
    if (error.code === 'not-found') {
      await finishJob(options, job, { owner, outcome: { state: 'skipped', detail: 'nothing is stored of it' } });
      return await folders.remove(job);
    }
    log.error('composing failed', { code: error.code, reason: error.message, error: error.cause, ...error.fields });
    await finishJob(options, job, { owner, outcome: { state: 'failed', detail: error.message } });
    await folders.remove(job);
  } finally {
    meters.ended(job);
    done.abort();
    await alive;
    await folders.removeScratch(place);
    // Another process may have erased the bot meanwhile: nothing of it may stay.
    if ((await options.compositions.of(job.botId)).length === 0) await folders.removeBot(job.botId);
  }
}

interface Lease {
  readonly owner: string;
  readonly stopping: AbortController;
  readonly progress: { readonly share: number };
  readonly signal: AbortSignal;
}

/** Renews the lease. One that is lost ends the job: the bot is erased, or another process has taken it over. */
async function keepAlive(options: JobsOptions, job: Composition, { owner, stopping, progress, signal }: Lease) {
  for (;;) {
    await options.clock.sleep(RENEW_MS, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      if (await renewJob(options, job, { owner, progress: progress.share })) continue;
      stopping.abort(new AppError('cancelled', 'the lease is lost'));
      return;
    } catch (error) {
      options.log.warn('lease not renewed', { botId: job.botId, error });
    }
  }
}
