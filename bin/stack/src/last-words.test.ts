import { expect, it } from 'vitest';
import { reasonIn } from './last-words.ts';

it.each([
  [
    'PostgreSQL',
    'LOG:  starting\n2026-01-01 [7] FATAL:  could not write: No space left\nLOG:  shut down\n',
    'could not write: No space left',
  ],
  [
    'nats-server',
    '[7] 2026/01/01 [INF] Starting\n[7] 2026/01/01 [FTL] Error listening on port\n',
    'Error listening on port',
  ],
  ['Node', 'a.ts:1\n^\nTypeError: no such thing\n    at a.ts:1\n\nNode.js v24\n', 'TypeError: no such thing'],
  [
    'a configuration',
    '{"level":"info","msg":"old"}\nconfiguration cannot be used:\n  - A: wrong\n  - B: wrong\n',
    'configuration cannot be used: - A: wrong - B: wrong',
  ],
  [
    'a service',
    '{"level":"error","msg":"could not start","error":{"message":"cannot listen","cause":{"message":"EADDRINUSE"}}}\n{"level":"info","msg":"stopped"}\n',
    'could not start: cannot listen: EADDRINUSE',
  ],
  ['anything else', 'first\nlast\n', 'last'],
])('finds why %s ended', (_, text, reason) => {
  expect(reasonIn(text)).toBe(reason);
});

it('finds nothing in an empty log', () => {
  expect(reasonIn('\n')).toBeUndefined();
});
