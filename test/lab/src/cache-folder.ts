import { join } from 'node:path';

/** Where the lab keeps what is slow to make (git-ignored): speech and its certificate. */
export const cacheFolder = join(import.meta.dirname, '..', '.cache');
