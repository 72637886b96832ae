import type { AppError } from '@earshot/kernel';
import type { EngineOptions } from './speech-engine.ts';
import { findEngine, isEngineName, type EngineName } from './vendors.ts';

/** Which engine takes over when another one fails; both have the same mode. */
export type Failover = Readonly<Partial<Record<EngineName, EngineName>>>;

/**
 * Tries that an engine has before the one behind it is asked. Of one that reads recordings they are counted with its job, over
 * processes and pauses: `batch/jobs.ts` asks the second. Live ones are wrapped by `FailoverEngine`.
 */
export const TRIES_BEFORE = 2;

/** Whether another provider may do better: it is neither what was asked for nor the audio that is at fault. */
export function isProvidersFault({ code }: AppError): boolean {
  return code !== 'invalid-argument' && code !== 'failed-precondition';
}

export function secondOf(failover: Failover, engine: string): EngineName | undefined {
  return isEngineName(engine) ? failover[engine] : undefined;
}

/** What the options of the engine that was ordered mean to another: the language and how live words are sent; the rest is each one's own. */
export function optionsFor(
  { ordered, second }: { readonly ordered: string; readonly second: string },
  options: EngineOptions,
): EngineOptions {
  const [first, other] = [findEngine(ordered), findEngine(second)];
  const { transcription_mode: mode } = options;
  return {
    ...other?.descriptor.optionsOf(first?.descriptor.languageOf(options)),
    ...(other?.mode === 'streaming' && mode !== undefined && { transcription_mode: mode }),
  };
}
