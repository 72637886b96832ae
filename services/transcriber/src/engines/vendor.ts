import type { Clock } from '@earshot/kernel';
import type { z } from 'zod';
import type { SpokenLanguage } from './language.ts';
import type { BatchEngine, EngineOptions, StreamingEngine } from './speech-engine.ts';

/** An engine of a vendor. */
export interface EngineDescriptor {
  /** As orders name it; at most one engine of all vendors has it. */
  readonly name: string;
  /** The options of the public API, with their defaults. */
  readonly options: z.ZodObject;
  /** What an order for this engine says of the language; undefined where it says nothing. Options may be incomplete. */
  readonly languageOf: (options: EngineOptions) => SpokenLanguage | undefined;
  /** The options by which this engine is asked for that language, as near as it comes to it; all others have their defaults. */
  readonly optionsOf: (language: SpokenLanguage | undefined) => EngineOptions;
}

/** What engines are opened with. `Variables`: the vendor's own. */
export interface VendorAccess<Variables extends z.ZodRawShape = z.ZodRawShape> {
  /** The bot's, the account's or the server's; undefined where none of them has one. */
  readonly apiKey: string | undefined;
  /** Of the environment, by variable. */
  readonly settings: z.output<z.ZodObject<Variables>>;
  readonly clock: Clock;
}

/** A vendor's engines, once there is what they need. */
export interface VendorEngines {
  readonly batch: BatchEngine | undefined;
  readonly streaming: StreamingEngine | undefined;
}

/** All that is known of one speech vendor; the registry of them is `vendors.ts`. */
export interface SpeechVendor {
  /** As accounts' keys name it. */
  readonly name: string;
  /** The environment variable with the server's own key. */
  readonly apiKeyVariable: `${string}_API_KEY`;
  /** The other environment variables that it reads. */
  readonly variables: z.ZodRawShape;
  /** What is missing where it cannot be asked, for the owner of the bot. */
  readonly needs: 'API key' | 'server';
  /** The engine that reads recordings; undefined where the vendor has none. */
  readonly batch: EngineDescriptor | undefined;
  /** The engine that transcribes live tracks; undefined where the vendor has none. */
  readonly streaming: EngineDescriptor | undefined;
  /** Its engines; undefined where what it needs is not there. */
  connect(access: VendorAccess): VendorEngines | undefined;
}
