import { AppError, type Clock } from '@earshot/kernel';
import { AssemblyAiStreamingEngine } from './assemblyai-streaming.ts';
import { AssemblyAiEngine } from './assemblyai.ts';
import { DeepgramStreamingEngine } from './deepgram-streaming.ts';
import { DeepgramEngine } from './deepgram.ts';
import { OpenAiCompatibleEngine, type OpenAiCompatibleConfig } from './openai-compatible.ts';
import { isEngineName, type EngineName } from './options.ts';
import type { BatchEngine, StreamingEngine } from './speech-engine.ts';

export interface EnginesConfig {
  /** A provider without a key, or a server without an address, is not there. */
  deepgram?: { apiKey: string; baseUrl?: string };
  assemblyai?: { apiKey: string; baseUrl?: string; streamingUrl?: string };
  openAiCompatible?: OpenAiCompatibleConfig;
}

export interface Engines {
  /** Throws `invalid-argument` for a name that is no batch engine, `failed-precondition` when its provider has no key. */
  batch(name: string): BatchEngine;
  /** Throws as `batch` does. */
  streaming(name: string): StreamingEngine;
}

/** batch: reads recordings. streaming: transcribes live tracks. captions: takes no audio, the meeting's captions are the words. */
export type EngineMode = 'batch' | 'streaming' | 'captions';

const modes: Readonly<Record<EngineName, EngineMode>> = {
  deepgram: 'batch',
  assemblyai: 'batch',
  openai_compatible: 'batch',
  deepgram_streaming: 'streaming',
  assemblyai_streaming: 'streaming',
  meeting_captions: 'captions',
};

/** The mode of an engine; undefined when there is none of this name. */
export function engineMode(name: string): EngineMode | undefined {
  return isEngineName(name) ? modes[name] : undefined;
}

/** Every engine, by the name it has in the public API. */
export function createEngines(config: EnginesConfig, deps: { clock: Clock }): Engines {
  const { deepgram, assemblyai, openAiCompatible } = config;
  const batch: Record<string, BatchEngine | undefined> = {
    deepgram: deepgram && new DeepgramEngine(deepgram),
    assemblyai: assemblyai && new AssemblyAiEngine({ ...assemblyai, ...deps }),
    openai_compatible: openAiCompatible && new OpenAiCompatibleEngine(openAiCompatible),
  };
  const streaming: Record<string, StreamingEngine | undefined> = {
    deepgram_streaming: deepgram && new DeepgramStreamingEngine({ ...deepgram, ...deps }),
    assemblyai_streaming: assemblyai && new AssemblyAiStreamingEngine({ ...assemblyai, ...deps }),
  };
  return {
    batch: (name) => find(batch, name),
    streaming: (name) => find(streaming, name),
  };
}

function find<Engine>(engines: Record<string, Engine | undefined>, name: string): Engine {
  const engine = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (engine) return engine;
  const fields = { engine: name };
  if (Object.hasOwn(engines, name))
    throw new AppError('failed-precondition', 'the speech provider is not configured', { fields });
  throw new AppError('invalid-argument', 'there is no such speech engine in this mode', { fields });
}
