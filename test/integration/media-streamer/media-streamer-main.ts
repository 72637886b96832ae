import { run } from '@earshot/service';
import type { MediaStreamerConfig } from '../../../services/media-streamer/src/config.ts';
import { createMediaStreamer } from '../../../services/media-streamer/src/media-streamer.ts';

// The service's own main, but for where its configuration comes from, and that it reports to its parent when it serves.
const [config = '{}', botSubject = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
await run(
  () => JSON.parse(config) as MediaStreamerConfig,
  (given, log) => createMediaStreamer(given, log, { botSubject }),
);
process.send?.('serving');
