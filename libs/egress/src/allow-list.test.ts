import { describe, expect, it } from 'vitest';
import { AllowList, canonicalHost, parseEndpoint } from './allow-list.ts';

describe('AllowList', () => {
  const list = new AllowList([
    'Receiver.test',
    'hook.test:8080',
    '127.0.0.1:9000',
    '10.1.0.0/16',
    'fd00::/8',
    '[::1]:80',
  ]);

  it.each([
    ['receiver.test', 1, true],
    ['hook.test', 8080, true],
    ['hook.test', 8081, false],
    ['other.test', 8080, false],
  ])('knows the name %s at port %i: %s', (host, port, expected) => {
    expect(list.hasHost({ host, port })).toBe(expected);
  });

  it.each([
    ['127.0.0.1', 9000, true],
    ['127.0.0.1', 9001, false],
    ['10.1.255.255', 5, true],
    ['10.2.0.0', 5, false],
    ['fd12::1', 5, true],
    ['::1', 80, true],
    ['::1', 81, false],
    ['::ffff:10.1.0.1', 5, false],
  ])('knows the address %s at port %i: %s', (host, port, expected) => {
    expect(list.hasAddress({ host, port })).toBe(expected);
  });

  it.each(['', 'a b', 'host:', 'host:0', 'host:65536', 'http://x', '10.0.0.0/33', 'x/8', '[host]:80', 'a:b:c', 'u@h'])(
    'refuses the entry %j',
    (entry) => expect(() => new AllowList([entry])).toThrow(/not a/),
  );
});

it('reads endpoints', () => {
  expect(parseEndpoint('Meet.Example.com.:443')).toEqual({ host: 'meet.example.com', port: 443 });
  expect(parseEndpoint('[2606:4700:0:0::1]:80')).toEqual({ host: '2606:4700::1', port: 80 });
  expect(() => parseEndpoint('host')).toThrow('expected host:port');
});

it('spells every host one way', () => {
  expect(['LOCALHOST', 'a.test.', '[::FFFF:127.0.0.1]', '0:0:0:0:0:0:0:1'].map(canonicalHost)).toEqual([
    ...['localhost', 'a.test', '::ffff:7f00:1', '::1'],
  ]);
});
