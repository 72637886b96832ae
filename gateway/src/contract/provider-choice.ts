import type { TranscriptionPlan } from '@earshot/kernel';
import { z } from 'zod';
import { ownWords } from './own-words.ts';
import { ownProviders, providers, wayOf, type OwnProviderName, type ProviderName } from './providers.ts';

/** One provider, as it was asked for; which engine serves `meetstream` is the operator's choice: `toSpeech`. */
export interface ChosenProvider {
  readonly engine: ProviderName | OwnProviderName;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Which engines serve whoever asks for the vendor's own. */
export interface DefaultEngines {
  readonly batch: ProviderName;
  readonly streaming: ProviderName;
}

const LARGEST_OPTIONS = 16 * 1024;

const all: Readonly<Record<string, z.ZodType<Record<string, unknown>>>> = { ...providers, ...ownProviders };
const legacy: typeof all = { deepgram: providers.deepgram };

/** Exactly one provider, by its name. Others may be there as `null`: clients made from a schema name them all. */
export const provider = z.record(z.string(), z.unknown()).transform((given, context): ChosenProvider => {
  const wanted = Object.keys(given).filter((name) => given[name] !== null);
  return choose(given, wanted.length === 0 ? Object.keys(given) : wanted, { context, among: all });
});

/** `{deepgram: {...}}`, from before there was a `recording_config`. */
export const legacyTranscription = z.record(z.string(), z.unknown()).transform((given, context): ChosenProvider => {
  const wanted = Object.keys(given).filter((name) => given[name] !== null);
  return choose(given, wanted, { context, among: legacy });
});

function choose(
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
  { context, among }: { context: z.core.$RefinementCtx; among: typeof all },
): ChosenProvider {
  const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  const [name] = names;
  if (names.length !== 1 || name === undefined) {
    refuse([], `exactly one provider is allowed, ${names.length} given (${names.join(', ')})`);
    return z.NEVER;
  }
  const schema = Object.hasOwn(among, name) ? among[name] : undefined;
  if (!schema) {
    const known = Object.keys(among).join(', ');
    refuse(
      [name],
      among === all ? `is not a known provider (${known})` : `is not available: this server has ${known} here`,
    );
    return z.NEVER;
  }
  const parsed = schema.safeParse(withoutNulls(given[name]), { error: ownWords });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys : undefined;
      for (const key of unknown ?? ['']) {
        refuse([name, ...issue.path, ...(key ? [key] : [])], unknown ? 'is not a known option' : issue.message);
      }
    }
    return z.NEVER;
  }
  // They travel with what is sent about the bot.
  if (Buffer.byteLength(JSON.stringify(parsed.data)) > LARGEST_OPTIONS) {
    refuse([name], `must be at most ${LARGEST_OPTIONS} bytes of JSON`);
    return z.NEVER;
  }
  return { engine: name as ChosenProvider['engine'], options: parsed.data };
}

/** An option that is `null` is not given. */
function withoutNulls(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options ?? {};
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

/** The engine that serves an order, with its options. */
export interface Speech {
  readonly engine: ProviderName;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The engine that serves a choice, with its options: without a language where that is to be found out. */
export function toSpeech(chosen: ChosenProvider, defaults: DefaultEngines): Speech {
  const { engine, options } = servedBy(chosen, defaults);
  const { language: _language, ...others } = options;
  return { engine, options: options['detect_language'] === true ? others : options };
}

function servedBy({ engine, options }: ChosenProvider, defaults: DefaultEngines): Speech {
  if (engine === 'meetstream_streaming')
    return { engine: defaults.streaming, options: providers[defaults.streaming].parse(options) };
  if (engine !== 'meetstream') return { engine, options };
  const language = spoken[defaults.batch]?.(String(options['language'])) ?? {};
  return { engine: defaults.batch, options: providers[defaults.batch].parse(language) };
}

/** How the speech of an order becomes words: the one place where that is decided. */
export function toPlan({ engine, options }: Speech): TranscriptionPlan {
  return { way: wayOf(engine), engine, optionsJson: JSON.stringify(options) };
}

/** How each engine is asked for a language; AssemblyAI's documented options have none that finds out which is spoken. */
const spoken: Readonly<Partial<Record<ProviderName, (language: string) => Record<string, unknown>>>> = {
  deepgram: (language) => (language === 'auto' ? { detect_language: true } : { language }),
  assemblyai: (language) => (language === 'auto' ? {} : { language_code: language }),
  openai_compatible: (language) => (language === 'auto' ? {} : { language }),
};
