import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a service of ours has its sources. */
export function folderOf(root: string, service: string): string {
  return join(root, service === 'gateway' ? service : `services/${service}`);
}

/** A variable at the beginning of its line in the object of a config, or in a speech vendor's descriptor. */
const IN_CONFIG = /^ {4}([A-Z][A-Z0-9_]+): /gm;
const IN_VENDOR = /^ {2}(?:apiKeyVariable: '|)([A-Z][A-Z0-9_]+)(?:'|: )/gm;

/**
 * The variables that a service names, in its config.ts and in the descriptors that this takes some from: so one is passed on by
 * having a name there, and the service itself, with all that it imports, is not loaded for it.
 */
export function variablesOf(root: string, service: string): string[] {
  const folder = join(folderOf(root, service), 'src');
  const vendors = globSync('engines/*/vendor.ts', { cwd: folder }).sort();
  const find = (file: string, pattern: RegExp) =>
    Array.from(readFileSync(join(folder, file), 'utf8').matchAll(pattern), ([, name = '']) => name);
  return [...find('config.ts', IN_CONFIG), ...vendors.flatMap((file) => find(file, IN_VENDOR))];
}
