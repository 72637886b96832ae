import { describe, expect, it } from 'vitest';
import { providers, type ProviderName } from '../../gateway/src/contract/providers.ts';
import { engineNames, findEngine } from '../../services/transcriber/src/engines/vendors.ts';

/** Enough of everything to tell apart two schemas that differ in type, bound or list of values. */
const probes: readonly unknown[] = [
  ...[true, false, null, {}, '', 'x', 'true', 'linear16', 'mulaw', 'pcm_s16le', 'raw', 'word', 'sentence'],
  ...[-1, 0, 0.1, 0.5, 1, 1.5, 2, 4, 5, 300, 999, 1000, 3600, 3601, 7999, 8000, 48_000, 48_001, NaN],
  ...['-1', '0', '0.5', '1', '1.5', '400', '4e2', ' 4'],
  ...[[], ['a'], [''], [1], Array.from({ length: 100 }, String), Array.from({ length: 101 }, String)],
];

const names = Object.keys(providers) as ProviderName[];
const optionsOf = (name: ProviderName) => findEngine(name)!.descriptor.options;

describe('the gateway and the transcriber', () => {
  it('know the same providers', () => {
    expect(names.toSorted()).toEqual(engineNames.toSorted());
  });

  it.each(names)('know the same options of %s, with the same defaults', (name) => {
    expect(Object.keys(providers[name].shape)).toEqual(Object.keys(optionsOf(name).shape));
    const defaults = optionsOf(name).parse({});
    expect(optionsOf(name).parse(providers[name].parse({}))).toEqual(defaults);
  });

  it.each(names)('take the same values of every option of %s', (name) => {
    for (const option of Object.keys(providers[name].shape)) {
      for (const value of probes) {
        const asked = providers[name].safeParse({ [option]: value });
        const given = optionsOf(name).safeParse(asked.data ?? { [option]: value });
        expect(given.success, `${option}: ${JSON.stringify(value)}`).toBe(asked.success);
      }
    }
  });
});
