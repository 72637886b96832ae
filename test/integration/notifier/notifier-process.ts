import { createLogger } from '@earshot/service';
import { createNotifier } from '@earshot/notifier';
import { testConfig } from './harness.ts';

// A notifier in a process of its own, so that a test can kill it. Tells its parent the port.
const [schema, logLevel = 'warn'] = process.argv.slice(2);
const service = createNotifier(testConfig(schema ?? ''), createLogger('notifier', logLevel), {
  onListening: (port) => process.send?.(port),
});
process.on('disconnect', () => process.exit());
await service.start();
