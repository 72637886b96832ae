import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { rpcAddressOf } from './rpc-address.ts';

describe('rpcAddressOf', () => {
  it.each([
    ['127.0.0.1:7402', '', '127.0.0.1:7402'],
    ['127.0.0.1:0', '', '127.0.0.1:7402'],
    ['joiner-3:7402', '', 'joiner-3:7402'],
    ['0.0.0.0:7402', '', `${hostname()}:7402`],
    ['[::]:0', '', `${hostname()}:7402`],
    ['0.0.0.0:7402', 'joiner-3.example:443', 'joiner-3.example:443'],
  ])('of %s, advertised as %o, is %s', (listen, advertise, expected) => {
    expect(rpcAddressOf({ listen, advertise, port: 7402 })).toBe(expected);
  });
});
