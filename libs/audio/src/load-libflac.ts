import { createRequire } from 'node:module';
import type * as Libflac from 'libflacjs/dist/libflac.wasm.js';

let loading: Promise<typeof Libflac> | undefined;

/** libFLAC as WebAssembly, once a process; its build as JavaScript takes twice the time. */
export function loadLibflac(): Promise<typeof Libflac> {
  return (loading ??= load());
}

/**
 * Where there is a global `fetch` it asks that for its code, by the path of a file, which Node's refuses; without one it reads the file.
 * Nothing else runs while it is away.
 */
function load(): Promise<typeof Libflac> {
  const require = createRequire(import.meta.url);
  const { fetch } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, 'fetch');
    const libflac = require('libflacjs/dist/libflac.wasm.js') as typeof Libflac;
    if (libflac.isReady()) return Promise.resolve(libflac);
    return new Promise((resolve) => libflac.on('ready', () => resolve(libflac)));
  } finally {
    globalThis.fetch = fetch;
  }
}
