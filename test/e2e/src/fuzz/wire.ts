import { connect } from 'node:net';
import type { Framed } from './framing.ts';

/** One answer, as it came. */
export interface Answer {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** A server that says nothing more for this long has forgotten its client, in milliseconds. */
const SILENT_MS = 20_000;

/** A client whose last request is no whole HTTP hangs up after this long without a word, in milliseconds. */
const UNFINISHED_MS = 2000;

/**
 * Sends requests over a connection of their own and hears what comes back until the other side closes; where the last is no
 * whole HTTP, the client hangs up its side of the line when nothing comes. Throws where what comes is no HTTP, or nothing.
 */
export async function exchange(
  port: number,
  sent: readonly Pick<Framed, 'bytes' | 'method' | 'isWhole'>[],
): Promise<{ answers: Answer[]; hasHungUp: boolean }> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const heard: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => heard.push(chunk));
  // One that is refused unread may be reset while it still speaks: what came before counts.
  socket.on('error', () => {});
  const isWhole = sent.at(-1)?.isWhole ?? true;
  let [hasHungUp, isForgotten] = [false, false];
  socket.setTimeout(isWhole ? SILENT_MS : UNFINISHED_MS, () => {
    isForgotten = isWhole || hasHungUp;
    if (isForgotten) return socket.destroy();
    hasHungUp = true;
    return socket.setTimeout(SILENT_MS).end();
  });
  socket.once('end', () => socket.end());
  for (const { bytes } of sent) socket.write(bytes);
  await new Promise((closed) => socket.once('close', closed));
  if (isForgotten) throw new Error(`the connection was silent for ${SILENT_MS} ms`);
  const methods = sent.map(({ method }) => method);
  return { answers: parse(Buffer.concat(heard), methods), hasHungUp };
}

function parse(heard: Buffer, methods: readonly string[]): Answer[] {
  const answers: Answer[] = [];
  let rest = heard;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const [, code] = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first) ?? [];
    if (end < 0 || !code) throw new Error(`no HTTP: ${rest.subarray(0, 200).toString('latin1')}`);
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    rest = rest.subarray(end + 4);
    // 100 Continue is none of the answers.
    if (code.startsWith('1')) continue;
    const isBodiless = methods[answers.length] === 'HEAD' || code === '204' || code === '304';
    const { body, length } = isBodiless ? { body: Buffer.alloc(0), length: 0 } : bodyOf(rest, headers);
    rest = rest.subarray(length);
    answers.push({ status: Number(code), headers, body });
    // What is no request may have been one of HEAD: its answer has a body all the same, as nobody could know.
    if (isBodiless && headers.get('connection') === 'close') break;
  }
  return answers;
}

function bodyOf(rest: Buffer, headers: ReadonlyMap<string, string>): { body: Buffer; length: number } {
  const length = headers.get('content-length');
  if (length !== undefined) {
    if (rest.length < Number(length)) throw new Error(`a body of ${rest.length} bytes where ${length} were said`);
    return { body: rest.subarray(0, Number(length)), length: Number(length) };
  }
  if (headers.get('transfer-encoding') !== 'chunked') return { body: rest, length: rest.length };
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error('a chunk without an end');
    pieces.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
    if (size === 0) return { body: Buffer.concat(pieces), length: at };
  }
}
