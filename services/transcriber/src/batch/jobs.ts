import { AppError, backoff, isRetryable, jitter, MINUTE, SECOND } from '@earshot/kernel';
import { startLoop, type Background } from '@earshot/service';
import { claimJob, JOB_LEASE_MS, renewJob, returnJob, type Job } from '../actions/claim-job.ts';
import type { TranscriberDeps } from '../actions/deps.ts';
import { finishJob } from '../actions/finish-job.ts';
import { describeFailure } from '../domain/failure.ts';
import { isProvidersFault, secondOf, TRIES_BEFORE, type Failover } from '../engines/failover.ts';
import { batchOf } from '../engines/vendors.ts';
import { backfillTranscript } from './backfill-transcript.ts';
import { transcribeRecording, type TranscribeDeps } from './transcribe-recording.ts';

const MAX_ATTEMPTS = 5;
/** Transcribing is waiting, mostly. */
const CONCURRENCY = 4;

interface JobDeps extends TranscriberDeps, TranscribeDeps {
  readonly failover: Failover;
}

/** Transcribes recordings that are due, several concurrently; on disposal those under way are released. */
export function startJobs(deps: JobDeps): Background {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const loop = startLoop({
    name: 'jobs',
    clock: deps.clock,
    log: deps.log,
    everyMs: SECOND,
    async round() {
      if (running.size >= CONCURRENCY) return false;
      const job = await claimJob(deps);
      if (!job) return false;
      const run = runJob(deps, job, stopping.signal)
        .catch((error: unknown) => deps.log.warn('job lost, its lease will run out', { error }))
        .finally(() => {
          running.delete(run);
          loop.wake();
        });
      running.add(run);
      return true;
    },
  });
  return {
    wake: () => loop.wake(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      stopping.abort(new AppError('cancelled', 'the transcriber is stopping'));
      await Promise.all(running);
    },
  };
}

async function runJob(deps: JobDeps, { transcript, attempt }: Job, stopping: AbortSignal) {
  const { clock, failover } = deps;
  const { transcriptId, botId } = transcript;
  // A live transcript has words already: only what it missed is backfilled.
  const backfiller = batchOf(transcript.engine);
  const first = backfiller ?? transcript.engine;
  const second = secondOf(failover, first);
  const isSecond = second !== undefined && attempt > TRIES_BEFORE;
  const log = deps.log.child({ botId, transcriptId, engine: isSecond ? second : first });
  const done = new AbortController();
  const alive = keepAlive(deps, transcript, done.signal);
  try {
    if (attempt > MAX_ATTEMPTS) throw new AppError('failed-precondition', 'transcribing was tried too often');
    const transcribe = backfiller ? backfillTranscript : transcribeRecording;
    const result = await transcribe(deps, isSecond ? { ...transcript, second } : transcript, stopping);
    await finishJob(deps, transcript, result);
    log.info('recording transcribed', { attempt });
  } catch (caught) {
    const error = AppError.from(caught);
    if (stopping.aborted) return await returnJob(deps, transcriptId, { dueAt: clock.now(), attempts: attempt - 1 });
    const isNextSecond = second !== undefined && !isSecond && isProvidersFault(error);
    if (isNextSecond && (!isRetryable(error.code) || attempt === TRIES_BEFORE)) {
      log.warn('transcribing failed, another provider is asked', {
        attempt,
        second,
        code: error.code,
        ...error.fields,
      });
      return await returnJob(deps, transcriptId, { dueAt: clock.now(), attempts: TRIES_BEFORE });
    }
    if (isRetryable(error.code) && attempt < MAX_ATTEMPTS) {
      const delayMs = jitter(backoff(attempt - 1, { baseMs: SECOND, maxMs: MINUTE }));
      log.warn('transcribing failed, trying again', { attempt, delayMs, code: error.code, ...error.fields });
      return await returnJob(deps, transcriptId, { dueAt: clock.now() + delayMs, attempts: attempt });
    }
    log.warn('transcribing failed', { attempt, code: error.code, ...error.fields, error: error.cause });
    await finishJob(deps, transcript, {
      kind: backfiller ? 'not-backfilled' : 'failed',
      failure: describeFailure(error),
    });
  } finally {
    done.abort();
    await alive;
  }
}

async function keepAlive(deps: TranscriberDeps, { transcriptId }: Job['transcript'], signal: AbortSignal) {
  for (;;) {
    await deps.clock.sleep(JOB_LEASE_MS / 3, signal).catch(() => {});
    if (signal.aborted) return;
    await renewJob(deps, transcriptId).catch((error: unknown) => deps.log.warn('lease not renewed', { error }));
  }
}
