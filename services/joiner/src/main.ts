import { run } from '@earshot/service';
import { readConfig } from './config.ts';
import { createJoiner } from './joiner.ts';

await run(() => readConfig(process.env), createJoiner);
