import { run } from '@earshot/service';
import { readConfig } from './config.ts';
import { createScheduler } from './scheduler.ts';

await run(() => readConfig(process.env), createScheduler);
