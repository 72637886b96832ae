import { run } from '@earshot/service';
import { readConfig } from './config.ts';
import { createGateway } from './gateway.ts';

await run(() => readConfig(process.env), createGateway);
