import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack } from '@earshot/stack';
import type { Bench } from '../bench.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** From nothing running to every process ready, the first time and with the data there. */
export const start: Bench = {
  measures:
    'PostgreSQL, NATS and the eight services, from the first process to the last one ready and the API answering',
  async run() {
    const dataDir = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
    const seconds: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const startedAt = performance.now();
      const stack = await startStack({
        root,
        dataDir,
        ports: await freePorts(),
        settings: process.env,
        log: silentLog,
      });
      seconds.push(Math.round(performance.now() - startedAt) / 1000);
      await stack[Symbol.asyncDispose]();
    }
    await rm(dataDir, { recursive: true, force: true });
    return { first_seconds: seconds[0], again_seconds: seconds.slice(1) };
  },
};
