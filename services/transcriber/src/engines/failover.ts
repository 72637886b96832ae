import type { AppError } from '@earshot/kernel';
import { isEngineName, type EngineName } from './options.ts';
import type { EngineOptions } from './speech-engine.ts';

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

/** The engine by which a live engine's provider reads recordings; undefined for one that is not live. */
export function batchOf(engine: string): EngineName | undefined {
  if (engine === 'deepgram_streaming') return 'deepgram';
  if (engine === 'assemblyai_streaming') return 'assemblyai';
  return undefined;
}

/** What one engine's options mean to another: the language and how live words are sent; the rest is each one's own. */
export function optionsFor(second: EngineName, options: EngineOptions): EngineOptions {
  const { language: given = options['language_code'], transcription_mode: mode } = options;
  const isFound = options['detect_language'] === true || given === '';
  const language = typeof given === 'string' && !isFound ? given.split(/[-_]/)[0] : undefined;
  // Several in one meeting: so Deepgram names it, and nobody else.
  const isMixed = language === 'multi' || options['speech_model'] === 'universal-streaming-multilingual';
  const single = isMixed ? undefined : language;
  switch (second) {
    case 'deepgram':
      return isFound ? { detect_language: true } : { ...(language && { language }) };
    case 'openai_compatible':
      return { ...(single && { language: single }) };
    case 'assemblyai':
      return { ...(single && { language_code: single }) };
    case 'meeting_captions':
      // The only one that listens in its way: it takes over from nobody.
      return {};
    case 'deepgram_streaming': {
      const heard = isMixed ? 'multi' : single;
      return { ...(heard && { language: heard }), ...(mode !== undefined && { transcription_mode: mode }) };
    }
    case 'assemblyai_streaming': {
      const model = (isMixed || (single && single !== 'en')) && { speech_model: 'universal-streaming-multilingual' };
      return { ...model, ...(mode !== undefined && { transcription_mode: mode }) };
    }
  }
}
