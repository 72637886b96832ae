import pino from 'pino';
import type { Log } from '@earshot/kernel';
import { errorFields } from './error-fields.ts';

/** JSON lines on standard output: time, level, service, message, fields. */
export function createLogger(service: string, level = 'info'): Log {
  return wrap(
    pino({
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorFields },
    }),
  );
}

function wrap(logger: pino.Logger): Log {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    child: (fields) => wrap(logger.child(fields)),
  };
}
