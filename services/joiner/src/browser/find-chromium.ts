import { accessSync, constants } from 'node:fs';
import { chromium } from 'playwright-core';
import { AppError } from '@earshot/kernel';

const wellKnownPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The Chromium to start: the one configured, else Playwright's own, else the system's. Throws `unavailable`. */
export function findChromium(configured: string): string {
  const candidates = configured ? [configured] : [chromium.executablePath(), ...wellKnownPaths];
  const found = candidates.find(isExecutable);
  if (!found) throw new AppError('unavailable', 'no Chromium found; set CHROMIUM_PATH');
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
