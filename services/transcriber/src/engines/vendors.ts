import { z } from 'zod';
import { assemblyai } from './assemblyai/vendor.ts';
import { deepgram } from './deepgram/vendor.ts';
import { meetingCaptions } from './meeting-captions.ts';
import { openAiCompatible } from './openai-compatible/vendor.ts';
import type { EngineDescriptor, SpeechVendor } from './vendor.ts';

/** The speech vendors. One more is one more here, and a folder with its `vendor.ts`. */
export const vendors = [deepgram, assemblyai, openAiCompatible] as const satisfies readonly SpeechVendor[];

type Vendor = (typeof vendors)[number];
type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
type Variables = Together<Vendor['variables']>;
type Described = Exclude<Vendor['batch'] | Vendor['streaming'], undefined> | typeof meetingCaptions;

export type VendorName = Vendor['name'];
export type EngineName = Described['name'];

/** batch: reads recordings. streaming: transcribes live tracks. captions: takes no audio, the meeting's captions are the words. */
export type EngineMode = 'batch' | 'streaming' | 'captions';

interface KnownEngine {
  readonly mode: EngineMode;
  readonly descriptor: EngineDescriptor;
  /** Undefined for the captions, which nobody is asked for. */
  readonly vendor: SpeechVendor | undefined;
}

const all: readonly SpeechVendor[] = vendors;
const engines = new Map<string, KnownEngine>(
  [
    ...all.flatMap((vendor) => [
      { mode: 'batch' as const, descriptor: vendor.batch, vendor },
      { mode: 'streaming' as const, descriptor: vendor.streaming, vendor },
    ]),
    { mode: 'captions' as const, descriptor: meetingCaptions, vendor: undefined },
  ].flatMap(({ descriptor, ...rest }) => (descriptor ? [[descriptor.name, { ...rest, descriptor }] as const] : [])),
);

/** The names of all engines. */
export const engineNames = [...engines.keys()] as readonly EngineName[];

/** What is known of an engine; undefined when there is none of this name. */
export function findEngine(name: string): KnownEngine | undefined {
  return engines.get(name);
}

export function isEngineName(name: string): name is EngineName {
  return engines.has(name);
}

/** The mode of an engine; undefined when there is none of this name. */
export function engineMode(name: string): EngineMode | undefined {
  return engines.get(name)?.mode;
}

/** The engine by which a live engine's vendor reads recordings; undefined for one that is not live. */
export function batchOf(engine: string): EngineName | undefined {
  const known = engines.get(engine);
  return known?.mode === 'streaming' ? (known.vendor?.batch?.name as EngineName | undefined) : undefined;
}

/** Environment variables with the server's own keys, each optional. */
export const apiKeyVariables = Object.fromEntries(
  vendors.map(({ apiKeyVariable }) => [apiKeyVariable, z.string().optional()]),
) as Record<Vendor['apiKeyVariable'], z.ZodOptional<z.ZodString>>;

/** The environment variables of all vendors, with what they are by default. */
export const settingVariables: Variables = Object.assign({}, ...vendors.map(({ variables }) => variables));

/** What is configured of all vendors, by environment variable. */
export type VendorSettings = z.output<z.ZodObject<Variables>>;

/** The settings of vendors among all that was read of the environment, and nothing else. */
export function settingsIn(vars: VendorSettings): VendorSettings {
  const names = Object.keys(settingVariables) as (keyof VendorSettings)[];
  return Object.fromEntries(names.map((name) => [name, vars[name]])) as VendorSettings;
}
