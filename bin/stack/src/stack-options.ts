import type { Log } from '@earshot/kernel';
import type { Ports } from './plan.ts';
import type { Programs, ServiceName } from './services.ts';

/** What is to be run, and where. */
export interface StackOptions {
  /** The checkout that is run. */
  readonly root: string;
  /** Holds everything that is kept: database, broker, recordings, logs, secrets. One stack at a time has it. */
  readonly dataDir: string;
  readonly ports?: Ports;
  /** Environment for the services: API keys of speech vendors, allow lists, browser flags. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** Outside servers instead of our own. */
  readonly databaseUrl?: string | undefined;
  readonly natsUrl?: string | undefined;
  /** The data is thrown away afterwards: trade durability on power loss for speed. */
  readonly isThrowaway?: boolean;
  /** Which services to run; all when absent. */
  readonly only?: readonly ServiceName[];
  /** Other programs in services' places, each a file for Node and its arguments. */
  readonly programs?: Programs;
  readonly log: Log;
  /** Gives the start up; what was started is stopped. */
  readonly signal?: AbortSignal;
}
