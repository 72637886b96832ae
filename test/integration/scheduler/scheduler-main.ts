import { run } from '@earshot/service';
import { createScheduler, type SchedulerConfig } from '@earshot/scheduler';

// The service's own main, but for where its configuration comes from, that it reports to its parent when it serves, and that its
// parent can have its event loop blocked, for so many milliseconds.
const [config = '{}'] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
process.on('message', (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms));
await run(() => JSON.parse(config) as SchedulerConfig, createScheduler);
process.send?.('serving');
