import { run } from '@earshot/service';
import { readConfig } from './config.ts';
import { createMediaStreamer } from './media-streamer.ts';

await run(() => readConfig(process.env), createMediaStreamer);
