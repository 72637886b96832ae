/** A static message and fields. Personal data only under keys that start with `pii.`. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}

/** A log that keeps nothing, for tests and for pure code. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};

/** Hides an error on purpose: greppable, logged, with the reason why that is right here. */
export function swallow(log: Log, error: unknown, why: string): void {
  log.debug('swallowed', { why, error: error instanceof Error ? error.message : String(error) });
}
