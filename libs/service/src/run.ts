import { MINUTE, type Log } from '@earshot/kernel';
import { ConfigError } from './config.ts';
import { createLogger } from './logger.ts';

/** One process: made from its config, started once, disposed once. */
export interface Service extends AsyncDisposable {
  start(): Promise<void>;
}

export interface ServiceConfig {
  readonly name: string;
  readonly logLevel: string;
  /** How long a drain may take before the process goes anyway, in milliseconds. */
  readonly shutdownMs: number;
}

/**
 * The life of a process. SIGTERM drains: the service is disposed, which ends intake first and lets the rest finish.
 * SIGINT, and a second signal, end now. Nothing else in the code base ends the process.
 */
export async function run<Config extends ServiceConfig>(
  readConfig: () => Config,
  create: (config: Config, log: Log) => Service,
): Promise<void> {
  const config = readOrExit(readConfig);
  const log = createLogger(config.name, config.logLevel);
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }));
  const service = create(config, log);

  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping || signal === 'SIGINT') process.exit(signal === 'SIGINT' ? 130 : 1);
    stopping = true;
    log.info('draining', { signal });
    setTimeout(() => process.exit(1), Math.min(config.shutdownMs, 10 * MINUTE)).unref();
    await service[Symbol.asyncDispose]();
    log.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));

  try {
    await service.start();
    log.info('started');
  } catch (error) {
    log.error('could not start', { error });
    process.exit(1);
  }
}

function readOrExit<Config>(readConfig: () => Config): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG, sysexits.h
  }
}
