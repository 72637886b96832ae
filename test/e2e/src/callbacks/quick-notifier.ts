import { createNotifier, readConfig } from '@earshot/notifier';
import { run } from '@earshot/service';
import { quickClock } from './quick-clock.ts';

// The notifier as it is, for whom time goes quicker: since when, and how much.
const [since, factor] = process.argv.slice(2).map(Number);
if (!since || !factor) throw new Error('usage: quick-notifier.ts <milliseconds since 1970> <factor>');
const clock = quickClock({ since, factor });
await run(
  () => readConfig(process.env),
  (config, log) => createNotifier(config, log, { clock }),
);
