import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '@earshot/kernel';
import { portBaseRange, portsFrom, USUAL_PORT_BASE, type Ports } from './plan.ts';

/** What whoever starts a stack by hand chooses; everything else is for the services. */
export interface StartSettings {
  /** Absolute path of the folder that keeps everything. */
  readonly dataDir: string;
  /** Undefined when nothing was chosen. */
  readonly ports: Ports | undefined;
}

export interface StartOptions {
  /** Arguments of the command: `--data <folder>` and `--port <first port>`. They go before the environment. */
  readonly args: readonly string[];
  /** EARSHOT_DATA and EARSHOT_PORT_BASE. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The data folder where none is named. */
  readonly usualDataDir: string;
}

/** Reads where a stack keeps its data and listens. Throws `invalid-argument` with the setting that is wrong. */
export function readStartSettings({ args, env, usualDataDir }: StartOptions): StartSettings {
  const { data, port } = parse(args);
  return {
    dataDir: resolve(data ?? (env['EARSHOT_DATA'] || usualDataDir)),
    ports: readPorts(port === undefined ? ['EARSHOT_PORT_BASE', env['EARSHOT_PORT_BASE']] : ['--port', port]),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { data: { type: 'string' }, port: { type: 'string' } } }).values;
  } catch (error) {
    throw new AppError('invalid-argument', `${(error as Error).message.split('\n')[0]} (see --help)`);
  }
}

function readPorts([setting, text]: readonly [setting: string, text: string | undefined]): Ports | undefined {
  if (!text) return undefined;
  const base = Number(text);
  const { min, max } = portBaseRange;
  if (/^\d+$/.test(text) && base >= min && base <= max) return portsFrom(base);
  throw new AppError(
    'invalid-argument',
    `${setting}: must be a port from ${min} to ${max}, the first of those that are used (usually ${USUAL_PORT_BASE})`,
  );
}
