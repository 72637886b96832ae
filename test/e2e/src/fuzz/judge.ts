import { z } from 'zod';
import type { Sent } from './request.ts';
import type { Answer } from './wire.ts';

/** What every error is documented to look like. */
const error = z.strictObject({
  message: z.string().min(1),
  errors: z.array(z.strictObject({ field: z.string(), message: z.string().min(1) })).optional(),
});

/** What is wrong with an answer; undefined where nothing is. */
export function faultOf({ route, method }: Pick<Sent, 'route' | 'method'>, answer: Answer): string | undefined {
  const { status, headers, body } = answer;
  // 507 is the documented sign of a replay.
  const documented = route.answers[status];
  if (status >= 500 && !(status === 507 && documented)) return `${status}: ${body.toString()}`;
  if (method === 'HEAD' || status === 304) return undefined;
  if (status < 400 && !documented) return `${status}, which is not documented: ${body.toString()}`;
  const type = headers.get('content-type') ?? '';
  const isText = status === 200 && /^text\/|^application\/x-subrip/.test(type);
  if (!isText && !/^application\/json\b/.test(type)) return `${status} with a body of type ${type || 'nothing'}`;
  let said: unknown = body.toString();
  try {
    if (!isText) said = JSON.parse(body.toString());
  } catch {
    return `${status} without JSON: ${body.toString()}`;
  }
  // What answers to another method than the one of the row is judged by that row's only where it is an error.
  const isOther = status < 400 && method !== route.method;
  const shape = status < 400 || status === 507 ? documented : error;
  const judged = isOther ? undefined : shape?.safeParse(said);
  return judged && !judged.success ? `${status} of another shape: ${body.toString()}` : undefined;
}

/** How requests of one connection are made again by hand. */
export function againOf(sent: readonly Sent[], url: string): string {
  const [{ method, target, headers, body, isWhole, bytes }] = sent as [Sent];
  if (sent.length > 1 || !isWhole || bytes.includes('Transfer-Encoding: ')) {
    const said = Buffer.concat(sent.map((one) => one.bytes));
    return `printf '%b' ${quoted(escaped(said))} | nc ${new URL(url).host.replace(':', ' ')}`;
  }
  const named = headers.filter(([name]) => name !== 'Host').map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const given = body.length === 0 ? '' : ` --data-binary @<(printf '%b' ${quoted(escaped(body))})`;
  return `curl -i --path-as-is -X ${method} ${named.join(' ')}${given} ${quoted(url + target)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function escaped(bytes: Buffer): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}
