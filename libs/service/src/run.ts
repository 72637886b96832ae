import { MINUTE, type Log } from '@earshot/kernel';
import { ConfigError } from './config.ts';
import { createLogger } from './logger.ts';
import { runExitWork } from './on-exit.ts';

/** One process: made from its config, started once, disposed once. */
export interface Service extends AsyncDisposable {
  start(): Promise<void>;
  /**
   * Takes nothing new and resolves when what is under way has come to its own end, or has had the time for it that the
   * service's config gives. For work that outlasts a shutdown; everything goes on meanwhile. Absent where there is none.
   */
  drain?(): Promise<void>;
}

export interface ServiceConfig {
  readonly name: string;
  readonly logLevel: string;
  /** How long the disposal of the service may take before the process goes anyway, in milliseconds. */
  readonly shutdownMs: number;
}

/**
 * The life of a process. SIGTERM drains: what outlasts a shutdown comes to its own end, then the service is disposed, which
 * stops taking work first and lets the rest finish. SIGINT ends now; a service with something to drain is disposed, so that
 * nobody waits for what is not coming. A second signal ends at once. Nothing else in the code base ends the process.
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
    const isUrgent = signal === 'SIGINT';
    if (stopping || (isUrgent && !service.drain)) process.exit(isUrgent ? 130 : 1); // 128 + SIGINT, as shells say it
    stopping = true;
    log.info(isUrgent ? 'stopping' : 'draining', { signal });
    if (!isUrgent) await service.drain?.().catch((error: unknown) => log.error('drain failed', { error }));
    setTimeout(() => process.exit(1), Math.min(config.shutdownMs, 10 * MINUTE)).unref();
    await service[Symbol.asyncDispose]();
    log.info('stopped');
    await runExitWork();
    process.exit(isUrgent ? 130 : 0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));

  try {
    await service.start();
    log.info('started');
  } catch (error) {
    // What only the running service can find out about its configuration, as whose folder it was given.
    if (error instanceof ConfigError) exitFor(error);
    log.error('could not start', { error });
    process.exit(1);
  }
}

function readOrExit<Config>(readConfig: () => Config): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    exitFor(error);
  }
}

function exitFor(error: ConfigError): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(78); // EX_CONFIG, sysexits.h
}
