import type { Socket } from 'node:net';

/** An answer that only says: go on. It has no body. https://www.rfc-editor.org/rfc/rfc9110#name-100-continue */
const whole = /^HTTP\/1\.[01] 100[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/;
const start = 'HTTP/1.1 100';
const LONGEST_HEAD = 1024;

/**
 * Takes `100 Continue` out of what a server sends without having been asked for it, which some do for each POST. Undici takes it for
 * a broken answer and drops the connection, with the real answer behind it.
 */
export function passOverContinue(socket: Socket): Socket {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  let held: Buffer = Buffer.alloc(0);
  socket.read = (size?: number) => {
    for (let chunk = read(size); chunk !== null; chunk = read(size)) {
      let rest: Buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      held = Buffer.alloc(0);
      while (mayBeContinue(rest)) {
        const head = whole.exec(rest.toString('latin1', 0, LONGEST_HEAD))?.[0];
        if (head === undefined) break;
        rest = rest.subarray(head.length);
      }
      const isPart = rest.length < LONGEST_HEAD && rest.length > 0 && mayBeContinue(rest);
      if (isPart) held = rest;
      else if (rest.length > 0) return rest;
    }
    return null;
  };
  return socket;
}

/** Whether these bytes begin such an answer, as far as they go. */
function mayBeContinue(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  const given = bytes.toString('latin1', 0, length).replace('HTTP/1.0', 'HTTP/1.1');
  return given === start.slice(0, length);
}
