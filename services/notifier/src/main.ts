import { run } from '@earshot/service';
import { readConfig } from './config.ts';
import { createNotifier } from './notifier.ts';

await run(() => readConfig(process.env), createNotifier);
