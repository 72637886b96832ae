import { createComposer, type ComposerConfig } from '@earshot/composer';
import { silentLog } from '@earshot/kernel';

/** A composer as a process: its config is the first argument; it sends its port to whoever forked it, and ends with them. */
const config = JSON.parse(process.argv[2] ?? '') as ComposerConfig;
const service = createComposer(config, silentLog, { onListening: (port) => process.send?.(port) });
process.once('disconnect', () => process.exit());
await service.start();
