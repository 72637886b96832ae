import { accessSync, constants } from 'node:fs';
import { AppError } from '@earshot/kernel';

const wellKnownPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

/** The Chromium to launch: `CHROMIUM_PATH`, else one of the well-known paths. Throws `unavailable` when there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string {
  const candidates = env['CHROMIUM_PATH'] ? [env['CHROMIUM_PATH']] : wellKnownPaths;
  const found = candidates.find(isExecutable);
  if (!found) throw new AppError('unavailable', 'no Chromium found; set CHROMIUM_PATH', { fields: { candidates } });
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
