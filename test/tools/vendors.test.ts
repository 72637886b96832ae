import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProvider } from '../../gateway/src/contract/provider-keys.ts';
import { vendors } from '../../services/transcriber/src/engines/vendors.ts';

const root = resolve(import.meta.dirname, '../..');
const documented = readFileSync(join(root, '.env.example'), 'utf8');

describe('the speech vendors', () => {
  it('are in the registry, each folder of them', () => {
    const folders = globSync('services/transcriber/src/engines/*/vendor.ts', { cwd: root }).map(dirname);
    expect(folders.map((folder) => folder.split('/').at(-1)?.replaceAll('-', '_')).toSorted()).toEqual(
      vendors.map(({ name }) => name).toSorted(),
    );
  });

  it.each(vendors)('$name: every variable stands in .env.example, with what it is by default', (vendor) => {
    expect(documented).toMatch(new RegExp(`^${vendor.apiKeyVariable}=$`, 'm'));
    for (const [variable, schema] of Object.entries(vendor.variables)) {
      const value: unknown = schema.parse(undefined);
      // One that is empty by default has an example.
      expect(documented, variable).toMatch(new RegExp(`^#${variable}=${value ?? '\\S+'}$`, 'm'));
    }
  });

  it.each(vendors)('$name: accounts may have their own key', ({ name }) => {
    expect(readProvider({ provider: name })).toBe(name);
  });
});
