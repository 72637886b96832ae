import { writeFile } from 'node:fs/promises';

/**
 * The gateway as it is, which tells on SIGUSR2 what it holds after its garbage is gone. Started with --expose-gc and a file for
 * what it tells, which is written whole or not at all.
 */
const [, , file = ''] = process.argv;
let told = 0;

process.on('SIGUSR2', () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  void writeFile(file, JSON.stringify({ told: (told += 1), rss, heapUsed }));
});

await import('../../../../gateway/src/main.ts');
