import { createLogger } from '@earshot/service';
import { createNotifier, type NotifierConfig } from '@earshot/notifier';
import { testConfig } from './fixture.ts';

// A notifier in a process of its own, so that a test can kill it. Sends its parent the port, and, asked for it,
// what it holds in memory: that counts only where its parent lets it collect its garbage.
const [schema, logLevel = 'warn', config = '{}'] = process.argv.slice(2);
const options = JSON.parse(config) as Partial<NotifierConfig>;
const service = createNotifier(testConfig(schema ?? '', options), createLogger('notifier', logLevel), {
  onListening: (port) => process.send?.(port),
});
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ held: heapUsed + external, rss });
});
process.on('disconnect', () => process.exit());
await service.start();
