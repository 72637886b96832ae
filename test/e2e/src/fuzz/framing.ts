import type { Chance } from './chance.ts';

export interface Parts {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface Framed extends Parts {
  readonly bytes: Buffer;
  /** Whether it is HTTP as it should be, which has an answer of its own and lets the next request be one. */
  readonly isWhole: boolean;
}

/** A request in HTTP/1.1; at times in what is none. */
export function framed(chance: Chance, parts: Parts): Framed {
  const { body, headers } = parts;
  const length: readonly [string, string] = ['Content-Length', String(body.length)];
  const isLatin = !/[^\t\x20-\x7e\x80-\xff]/.test(headers.flat().join('')) && !/[^\x21-\x7e]/.test(parts.target);
  const asked = ['POST', 'PUT', 'PATCH'].includes(parts.method);
  if (!chance.isOnceIn(15)) {
    if (body.length === 0 && (!asked || chance.isOnceIn(2)))
      return { ...parts, bytes: bytesOf(parts), isWhole: isLatin };
    return { ...parts, bytes: bytesOf({ ...parts, headers: [...headers, length] }), isWhole: isLatin };
  }
  const [isWhole, bytes] = chance.pick<() => readonly [boolean, Buffer]>([
    () => [isLatin, chunked(chance, parts)],
    () => [isLatin, chunked(chance, parts)],
    () => [false, bytesOf({ ...parts, headers: [...headers, ['Content-Length', String(body.length + 7)]] })],
    () => [
      false,
      bytesOf({ ...parts, headers: [...headers, ['Content-Length', String(Math.floor(body.length / 2))]] }),
    ],
    () => [
      false,
      bytesOf({
        ...parts,
        headers: [...headers, ['Content-Length', chance.pick(['-1', 'x', '1, 2', '1e3', '9'.repeat(30)])]],
      }),
    ],
    () => [false, bytesOf({ ...parts, headers: [...headers, length, ['Content-Length', '1']] })],
    () => [false, bytesOf({ ...parts, headers: [...headers, length, ['Transfer-Encoding', 'chunked']] })],
    () => [false, bytesOf({ ...parts, headers: [...headers, ['Transfer-Encoding', 'gzip']] })],
    () => [false, bytesOf({ ...parts, headers: [...headers, ['a b', 'c']] })],
    () => [false, bytesOf({ ...parts, headers: [...headers, ['a', 'b\0c']] })],
    () => [false, bytesOf({ ...parts, headers: headers.slice(1) })],
    () => [
      false,
      Buffer.from(
        bytesOf(parts)
          .toString('latin1')
          .replace('HTTP/1.1', chance.pick(['HTTP/1.0', 'HTTP/2', 'HTTP/9.9', ''])),
        'latin1',
      ),
    ],
    () => [false, Buffer.from(bytesOf(parts).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')],
    () => [false, bytesOf(parts).subarray(0, 20)],
    () => [false, Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])],
  ])();
  return { ...parts, bytes, isWhole };
}

/** The same as the last of its connection: the other side closes it. */
export function asLast<T extends Framed>(request: T): T {
  if (!request.isWhole) return request;
  const end = request.bytes.indexOf('\r\n');
  const bytes = Buffer.concat([
    request.bytes.subarray(0, end),
    Buffer.from('\r\nConnection: close'),
    request.bytes.subarray(end),
  ]);
  return { ...request, bytes };
}

function bytesOf({ method, target, headers, body }: Parts): Buffer {
  const head = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), body]);
}

function chunked(chance: Chance, parts: Parts): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < parts.body.length;) {
    const piece = parts.body.subarray(at, at + 1 + chance.number(5000));
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  const body = Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
  return bytesOf({ ...parts, headers: [...parts.headers, ['Transfer-Encoding', 'chunked']], body });
}
