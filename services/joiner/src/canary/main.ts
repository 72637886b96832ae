import { createLogger } from '@earshot/service';
import { readConfig } from '../config.ts';
import { readArguments, usage } from './read-arguments.ts';
import { runCanary } from './run-canary.ts';

const exitCodes = { matches: 0, differs: 1, inconclusive: 2 } as const;
/** EX_USAGE, sysexits.h. */
const BAD_USAGE = 64;

const asked = readArguments(process.argv.slice(2), new Date());
if (asked) {
  const config = readConfig({ LOG_LEVEL: 'error', ...process.env });
  const log = createLogger('canary', config.logLevel);
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  process.exitCode = exitCodes[await runCanary(asked, { config, log, print })];
} else {
  process.stderr.write(usage);
  process.exitCode = BAD_USAGE;
}
