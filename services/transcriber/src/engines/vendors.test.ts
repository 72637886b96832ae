import { FakeClock } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SpokenLanguage } from './language.ts';
import type { EngineDescriptor, SpeechVendor } from './vendor.ts';
import { batchOf, engineMode, engineNames, settingVariables, vendors } from './vendors.ts';

const all: readonly SpeechVendor[] = vendors;
const clock = new FakeClock();
const defaults = z.object(settingVariables).parse({});
/** As an operator has it who has configured every variable that stands empty by default. */
const configured = { ...defaults, OPENAI_COMPATIBLE_URL: 'http://127.0.0.1:8000/v1' };
const described = (vendor: SpeechVendor) =>
  [vendor.batch, vendor.streaming].filter((engine): engine is EngineDescriptor => engine !== undefined);

describe('the speech vendors', () => {
  it('have names, variables and engines of their own', () => {
    for (const names of [
      all.map(({ name }) => name),
      all.flatMap(({ apiKeyVariable, variables }) => [apiKeyVariable, ...Object.keys(variables)]),
      engineNames,
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each(all)('$name has the engines that it describes, and no others', (vendor) => {
    const engines = vendor.connect({ apiKey: 'any', settings: configured, clock });
    expect([engines?.batch !== undefined, engines?.streaming !== undefined]).toEqual([
      vendor.batch !== undefined,
      vendor.streaming !== undefined,
    ]);
    expect(described(vendor).length).toBeGreaterThan(0);
    if (vendor.batch) expect(engineMode(vendor.batch.name)).toBe('batch');
    if (vendor.streaming) expect(batchOf(vendor.streaming.name)).toBe(vendor.batch?.name);
  });

  it.each(all)('$name is not there without its $needs', (vendor) => {
    expect(vendor.connect({ apiKey: undefined, settings: defaults, clock })).toBeUndefined();
    const apiKey = vendor.needs === 'API key' ? 'any' : undefined;
    expect(vendor.connect({ apiKey, settings: configured, clock })).toBeDefined();
  });

  it.each(all.flatMap(described))('$name takes the defaults, and what it makes of every language', (engine) => {
    const languages: (SpokenLanguage | undefined)[] = [undefined, 'detected', 'mixed', { code: 'en' }, { code: 'de' }];
    expect(engine.languageOf({})).toBeUndefined();
    for (const language of languages) {
      const options = engine.optionsOf(language);
      expect(engine.options.safeParse(options).success).toBe(true);
      // What can be said can be read; what cannot is left out, or is as near as it comes.
      const read = engine.languageOf(options);
      if (Object.keys(options).length > 0) expect([language, 'mixed']).toContainEqual(read);
    }
  });

  it.each(all.flatMap(({ streaming }) => streaming ?? []))(
    '$name lets live words be sent in each way',
    ({ options }) => {
      for (const mode of ['sentence', 'word', 'raw']) expect(options.parse({ transcription_mode: mode })).toBeDefined();
    },
  );
});
