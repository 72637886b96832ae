import { join } from 'node:path';
import type { InPageOptions } from '../page-protocol/options.ts';
import { linkPageCode } from '../platforms/link-page-code.ts';

const entry = join(import.meta.dirname, '../in-page/start.ts');
let source: string | undefined;

/** The script that runs in a page before its own: one expression, types stripped, nothing left in the page's scope. */
export function inPageScript(options: InPageOptions): string {
  source ??= linkPageCode({ [entry]: ['start'] });
  return `(() => {\n'use strict';\n${source}\nstart(${JSON.stringify(options)});\n})();`;
}
