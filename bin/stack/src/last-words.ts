import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** How much of a log's end is looked at, in bytes: some dozens of lines. */
const TAIL_BYTES = 16 * 1024;
/** How much of the reason is shown, in characters: a line or two of a terminal. */
const MAX_REASON_LENGTH = 400;

/** How PostgreSQL, nats-server, Node and our own services begin the line that says why they end. */
const reasonLine = /\b(FATAL|PANIC): |\[FTL\] |^\w*Error\b[^:]*: |^\{"level":"error"/;

export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Why a process ended, by the end of its log, in one line; `from` is where the part of this start begins, in bytes. */
export function lastWords(logFile: string, from: number): string | undefined {
  return reasonIn(readTail(logFile, from));
}

/** The line among a log's last ones that says why, made readable. */
export function reasonIn(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // A configuration that cannot be used is a list: a line with a colon, then one for each problem.
  const list = lines.findLastIndex((line) => line.endsWith('cannot be used:'));
  const reason =
    list >= 0
      ? lines.slice(list).join(' ').replaceAll(/\s+/g, ' ')
      : readable(lines.findLast((line) => reasonLine.test(line)) ?? lines.at(-1));
  return reason && (reason.length > MAX_REASON_LENGTH ? `${reason.slice(0, MAX_REASON_LENGTH)} ...` : reason);
}

interface LoggedError {
  readonly message?: string;
  readonly cause?: LoggedError;
}

/** A line of a service's log as a sentence: its message and those of the error and its causes. */
function readable(line: string | undefined): string | undefined {
  if (!line?.startsWith('{')) return line?.replace(/^.*?(?:\b(?:FATAL|PANIC): +|\[FTL\] )/, '').trim();
  try {
    const { msg, error } = JSON.parse(line) as { msg?: string; error?: LoggedError };
    const messages = [msg];
    for (let cause = error; cause; cause = cause.cause) messages.push(cause.message);
    return messages.filter(Boolean).join(': ');
  } catch {
    return line;
  }
}

function readTail(file: string, from: number): string {
  const log = openSync(file, 'r');
  try {
    const { size } = fstatSync(log);
    const start = Math.max(from, size - TAIL_BYTES);
    const tail = Buffer.alloc(Math.max(0, size - start));
    readSync(log, tail, 0, tail.length, start);
    return tail.toString();
  } finally {
    closeSync(log);
  }
}
