import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { InPageMarks } from '../platforms/platform.ts';

/** In the order in which they build on each other. They share one scope and import nothing. */
const files = [
  'flush-timer.ts',
  'frame-queue.ts',
  'frame-batcher.ts',
  'ssrc-activity.ts',
  'silent-players.ts',
  'encoded-tap.ts',
  'track-tap.ts',
  'output-tap.ts',
  'identities.ts',
  'track-names.ts',
  'connections.ts',
  'ice-address.ts',
  'ice-guard.ts',
  'devices.ts',
  'speaking-indicators.ts',
  'speakers.ts',
  'quiet-page.ts',
  'start.ts',
];

let source: string | undefined;

export interface InPageOptions extends InPageMarks {
  readonly binding: string;
  readonly botName: string;
  /** What connections may try although it is not public: hosts, addresses, networks, with a port or without. */
  readonly allow: readonly string[];
  /** What the camera shows in place of the name, JPEG in base64; empty for none. */
  readonly picture: string;
  /** How often received sound is flushed from the page, milliseconds. */
  readonly flushIntervalMs: number;
}

/** The script that runs in a page before its own: one expression, types stripped, nothing left in the page's scope. */
export function inPageScript(options: InPageOptions): string {
  source ??= files
    .map((file) => stripTypeScriptTypes(readFileSync(join(import.meta.dirname, '../in-page', file), 'utf8')))
    .join('\n');
  return `(() => {\n'use strict';\nconst options = ${JSON.stringify(options)};\n${source}\n})();`;
}
