import { run } from '@earshot/service';
import { readConfig } from './config.ts';
import { createRetention } from './retention.ts';

await run(() => readConfig(process.env), createRetention);
