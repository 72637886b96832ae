import { run } from '@earshot/service';
import { createComposer } from './composer.ts';
import { readConfig } from './config.ts';

await run(() => readConfig(process.env), createComposer);
