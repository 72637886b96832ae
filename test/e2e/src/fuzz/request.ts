import type { Chance } from './chance.ts';
import { framed, type Framed } from './framing.ts';
import { mutate, oddPart, spoil, type Json } from './mutate.ts';
import { routes, type Route, type World } from './routes.ts';

/** One request, as it goes over the wire. */
export interface Sent extends Framed {
  readonly route: Route;
}

interface Place {
  readonly route: Route;
  readonly world: World;
}

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'BREW', 'CONNECT'];
const types = [
  ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'a', ''],
  ...['application/json; charset=utf-16', 'application/JSON', 'application/json;;', 'application/problem+json'],
];
const wrongKeys = ['', 'Token', 'Token wrong', 'Basic YTpi', 'Token \xff', `Token ${'x'.repeat(5000)}`];
const repeated = ['k', 'same', 'k'.repeat(255), 'k'.repeat(256), '\xe4', '{}'];
const strange: readonly (readonly [string, string])[] = [
  ['Range', 'bytes=5-1'],
  ['Accept-Encoding', 'br;q=x'],
  ['X-Forwarded-For', '\xff, 1.2.3.4'],
  ['Expect', '100-continue'],
  ['Expect', 'the best'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Content-Encoding', 'gzip'],
  ['Cookie', 'a'.repeat(10_000)],
  ['traceparent', '00-zz-yy-01'],
  ['X-Big', 'x'.repeat(20_000)],
];

/** Makes a request from the contract: right, but for what chance made of it. */
export function makeRequest(chance: Chance, world: World): Sent {
  const route = chance.pick(routes);
  const method = chance.isOnceIn(25) ? chance.pick(methods) : route.method;
  const target = targetOf(chance, { route, world });
  const body = bodyOf(chance, { route, world });
  const headers: (readonly [string, string])[] = [['Host', 'localhost']];
  const key = chance.isOnceIn(25) ? chance.pick(wrongKeys) : `Token ${chance.pick(world.keys)}`;
  if (key) headers.push(['Authorization', key]);
  const type = chance.isOnceIn(12) ? chance.pick(types) : 'application/json';
  if (body.length > 0 || chance.isOnceIn(4)) headers.push(['Content-Type', type]);
  if (chance.isOnceIn(12)) headers.push(['Idempotency-Key', chance.pick(repeated)]);
  if (chance.isOnceIn(25)) headers.push(chance.pick(strange));
  return { route, ...framed(chance, { method, target, headers, body }) };
}

function targetOf(chance: Chance, { route, world }: Place): string {
  const oneOf = (known: readonly string[]) => () =>
    chance.isOnceIn(4) ? chance.pick([unknownId(chance), world.foreignBot, oddPart(chance)]) : chance.pick(known);
  const path = route.path
    .replace('{bot_id}', oneOf(world.bots))
    .replace('{transcript_id}', oneOf(world.transcripts))
    .replace('{provider}', oneOf(['deepgram', 'assemblyai', 'openai_compatible']))
    .replace('{token}', oneOf(['x.y.z']));
  if (chance.isOnceIn(60)) {
    const tails = ['/..', '#x', '?%', '\x7f', '/status', '?a[b]=c&__proto__[x]=1'];
    return chance.pick(['//', '*', `http://localhost${path}`, 'nowhere', ...tails.map((tail) => path + tail)]);
  }
  const pairs = Object.entries(route.query ?? {}).flatMap(([name, value]) => {
    if (chance.isOnceIn(3)) return [];
    const given = chance.isOnceIn(3) ? oddPart(chance) : encodeURIComponent(value);
    // Twice, at times.
    return [`${name}=${given}`, ...(chance.isOnceIn(12) ? [`${name}=${oddPart(chance)}`] : [])];
  });
  if (chance.isOnceIn(12)) pairs.push(`${oddPart(chance)}=${oddPart(chance)}`);
  return `${path}${chance.isOnceIn(30) ? '/' : ''}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

function bodyOf(chance: Chance, { route, world }: Place): Buffer {
  // What needs no body is at times sent one.
  if (!route.bodies?.length && !chance.isOnceIn(20)) return Buffer.alloc(0);
  if (chance.isOnceIn(25)) return Buffer.alloc(0);
  const right = (chance.pick(route.bodies?.length ? route.bodies : [() => ({ a: 1 })])(world) ?? null) as Json;
  let value = right;
  for (let times = chance.number(4); times > 0; times -= 1) value = mutate(chance, value);
  const json = JSON.stringify(value);
  return chance.isOnceIn(12) ? spoil(chance, json) : Buffer.from(json);
}

/** An id of nobody's; the seed has to make the same one again. */
function unknownId(chance: Chance): string {
  const digits = (count: number) => Array.from({ length: count }, () => chance.number(16).toString(16)).join('');
  return `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`;
}
