import type { Chance } from './chance.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const texts = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e309',
    'null',
    'true',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '\u2066x\u200b',
    '😀'.repeat(60),
  ],
  ...[
    'toString',
    '__proto__',
    'constructor',
    '../..',
    '%',
    '%00',
    "'; --",
    '$1',
    '{bot_id}',
    '\r\nX: y',
    '<b>&amp;</b>',
  ],
  ...[
    '2024-01-15T14:30:00Z',
    '0000-01-01 00:00',
    '9999-12-31T23:59:59+14:00',
    '2024-02-30 00:00',
    '99999-01-01T00:00:00Z',
  ],
  ...[
    'https://',
    'https://%00/',
    'http://[::1',
    'wss://127.0.0.1:99999/',
    'javascript:alert(1)',
    'http://169.254.169.254/',
  ],
  ...['//127.0.0.1', 'https://user:pass@127.0.0.1:9/', `https://127.0.0.1/${'x'.repeat(3000)}`, 'x'.repeat(70_000)],
  ...[
    'https://meet.google.com/',
    'https://zoom.us/j/0',
    'https://teams.live.com/meet/1?p=\ud800',
    'https://zoom.us/j/1?pwd=',
  ],
];
const numbers = [-1, 0, 0.5, 1, 59, 1e15, 2 ** 31, 2 ** 53, 1e308, -(2 ** 63), 5e-324];

/** A value of a request with one thing changed that no careful client would. */
export function mutate(chance: Chance, value: Json): Json {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  // One step down in most cases: what is on top is refused by the first line of a schema.
  if (names.length > 0 && !chance.isOnceIn(8)) {
    const name = chance.pick(names);
    if (Array.isArray(value))
      return value.map((each, at) => (String(at) === name ? mutate(chance, each as Json) : (each as Json)));
    const known = value as Readonly<Record<string, Json>>;
    if (chance.isOnceIn(10)) return Object.fromEntries(Object.entries(known).filter(([each]) => each !== name));
    return { ...known, [name]: mutate(chance, known[name] ?? null) };
  }
  if (names.length > 0 && chance.isOnceIn(2)) return { ...(value as object), [chance.pick(texts)]: odd(chance) };
  return chance.isOnceIn(6) ? wrapped(chance, value) : odd(chance);
}

function odd(chance: Chance): Json {
  return chance.pick<() => Json>([
    () => chance.pick(texts),
    () => chance.pick(texts),
    () => chance.pick(numbers),
    () => chance.pick([null, true, false]),
    () => chance.pick<Json>([[], {}, [null], { a: null }, [[]], { '': '' }]),
    () => Array.from({ length: chance.pick([2, 11, 101, 3000]) }, () => 'a'),
    () => Object.fromEntries(Array.from({ length: chance.pick([2, 100, 2000]) }, (_, at) => [`k${at}`, at])),
    () => nested(chance.pick([9, 63, 64, 65, 500]), chance),
  ])();
}

function wrapped(chance: Chance, value: Json): Json {
  return chance.pick<Json>([[value], { value }, String(value), [value, value]]);
}

function nested(depth: number, chance: Chance): Json {
  const isList = chance.isOnceIn(2);
  let value: Json = 1;
  for (let at = 0; at < depth; at += 1) value = isList ? [value] : { a: value };
  return value;
}

/** A value as JSON, or as what was to be JSON. */
export function spoil(chance: Chance, json: string): Buffer {
  const bytes = Buffer.from(json);
  return chance.pick<() => Buffer>([
    () => bytes.subarray(0, chance.number(bytes.length + 1)),
    () => Buffer.concat([bytes, Buffer.from(chance.pick(['}', ' ', '\0', ',{}', json]))]),
    () => Buffer.from(json, 'utf16le'),
    () => Buffer.concat([Buffer.from('\ufeff'), bytes]),
    () => Buffer.from(json.replace('"', '"\xff'), 'latin1'),
    // One name twice, and a number that is none.
    () =>
      Buffer.from(
        json.replace(/^\{/, `{${chance.pick(['"message":1,', '"meeting_link":2,', '"__proto__":{"a":1},'])}`),
      ),
    () =>
      Buffer.from(json.replace(/[:,]/, (sign) => `${sign}${chance.pick(['NaN', '1e999', '01', "'a'", '/**/', '-'])}`)),
    () => Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    () => Buffer.from('"\\u0000\\ud800"'),
    () => Buffer.alloc(0),
    () => Buffer.alloc(300 * 1024, 'x'),
  ])();
}

/** A part of an address: of a path, or of a query. */
export function oddPart(chance: Chance): string {
  const text = chance.pick(texts).slice(0, chance.pick([40, 90, 150, 300, 2500]));
  if (chance.isOnceIn(4))
    return chance.pick([
      '%',
      '%zz',
      '%00',
      '%ff',
      '%c3%28',
      '%ED%A0%80',
      '..%2f..',
      '%2e%2e',
      'a%20b',
      '*',
      ';a=b',
      '[]',
    ]);
  return encodeURIComponent(text.toWellFormed());
}
