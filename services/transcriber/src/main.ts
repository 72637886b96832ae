import { run } from '@earshot/service';
import { readConfig } from './config.ts';
import { createTranscriber } from './transcriber.ts';

await run(() => readConfig(process.env), createTranscriber);
