import { expect, it } from 'vitest';
import { readJoinerAddress } from './joiner-address.ts';

it.each(['joiner-1:7402', '127.0.0.1:1', '[::1]:65535', 'joiner_1.net:7402', 'a:7402', `${'a'.repeat(253)}:7402`])(
  'takes %s',
  (address) => expect(readJoinerAddress(address)).toBe(address),
);

it.each([
  ...['', 'joiner', ':7402', 'joiner:', 'joiner:0', 'joiner:65536', 'joiner:07402', 'joiner:7402 ', ' joiner:7402'],
  ...['http://joiner:7402', 'user@joiner:7402', 'joiner:7402/x', '-joiner:7402', '::1:7402', '[::1]', '[joiner]:7402'],
  ...['unix:7402', 'DNS:7402', 'dns:joiner:7402', 'joiner:7402\n', 'a\0b:7402', `${'a'.repeat(254)}:7402`],
])('does not take %j', (address) => expect(readJoinerAddress(address)).toBeUndefined());
