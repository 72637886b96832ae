import { AppError, type Clock } from '@earshot/kernel';
import type { ApiKeys } from '../domain/provider-key.ts';
import { parseOptions } from './options.ts';
import type { BatchEngine, EngineOptions, StreamingEngine } from './speech-engine.ts';
import type { VendorEngines } from './vendor.ts';
import { findEngine, vendors, type VendorSettings } from './vendors.ts';

export interface EnginesConfig {
  readonly apiKeys: ApiKeys;
  readonly settings: VendorSettings;
  readonly clock: Clock;
}

export interface Engines {
  /**
   * Throws `invalid-argument` for a name that is no batch engine, `failed-precondition` when its vendor cannot be asked; both in
   * words for the owner of the bot.
   */
  batch(name: string): BatchEngine;
  /** Throws as `batch` does. */
  streaming(name: string): StreamingEngine;
}

/** Every engine, by the name it has in the public API. */
export function createEngines({ apiKeys, settings, clock }: EnginesConfig): Engines {
  const connected = new Map<string, VendorEngines | undefined>(
    vendors.map((vendor) => [vendor.name, vendor.connect({ apiKey: apiKeys[vendor.name], settings, clock })]),
  );
  const find = <Mode extends keyof VendorEngines>(name: string, mode: Mode) => {
    const known = findEngine(name);
    const fields = { engine: name };
    if (!known) throw new AppError('invalid-argument', `there is no speech engine ${name}`, { fields });
    const { vendor } = known;
    if (known.mode !== mode || !vendor)
      throw new AppError('invalid-argument', 'there is no such speech engine in this mode', { fields });
    const engine = connected.get(vendor.name)?.[mode];
    if (engine) return engine;
    throw new AppError('failed-precondition', `no ${vendor.needs} is configured for ${name}`, { fields });
  };
  return {
    batch: (name) => find(name, 'batch'),
    streaming: (name) => find(name, 'streaming'),
  };
}

/**
 * How live words are to be sent; undefined for an engine that reads recordings, and for one that is not known. Throws as
 * `parseOptions` does.
 */
export function transcriptionModeOf(engine: string, options: EngineOptions): 'sentence' | 'word' | 'raw' | undefined {
  const known = findEngine(engine);
  if (!known) return undefined;
  return parseOptions(known.descriptor, options)['transcription_mode'] as 'sentence' | 'word' | 'raw' | undefined;
}
