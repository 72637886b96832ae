import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '@earshot/egress';
import { createReach } from './ice-address.ts';

const edges = [
  ...['0.0.0.0', '0.255.255.255', '1.0.0.0', '9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ...['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0', '126.255.255.255', '127.0.0.1', '128.0.0.0'],
  ...['168.63.129.15', '168.63.129.16', '168.63.129.17', '169.253.255.255', '169.254.169.254', '169.255.0.0'],
  ...['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0', '192.0.0.1', '192.0.1.1', '192.0.2.1'],
  ...['192.31.196.1', '192.52.193.1', '192.88.99.1', '192.167.255.255', '192.168.0.1', '192.169.0.0', '192.175.48.1'],
  ...['198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0', '198.51.100.1', '203.0.113.1'],
  ...['223.255.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '8.8.8.8'],
  ...[
    '::',
    '::1',
    '1::1',
    '64:ff9b::808:808',
    '100::1',
    '1fff:ffff::1',
    '2000::1',
    '2001::1',
    '2001:1ff::1',
    '2001:200::1',
  ],
  ...['2001:4860:4860::8888', '2001:db8::1', '2002:808:808::', '2003::1', '2606:4700:4700::1111', '2620:4f:8000::1'],
  ...['2a00:1450:4001:800::200e', '3ffe::1', '3fff::1', '3fff:1000::1', '4000::1', 'fc00::1', 'fe80::1', 'ff02::1'],
  ...['::ffff:7f00:1', '2001:4860:4860:0:0:0:0:8888', '2001:4860::', 'fd00:ec2::254'],
];
const noAddresses = [
  ...[
    '',
    '127.1',
    '1.1.1',
    '1.1.1.1.',
    '01.1.1.1',
    '256.1.1.1',
    '1.1.1.1111',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '1..1.1',
  ],
  ...[
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    'fe80::1%eth0',
    '[::1]',
    '2001:4860:4860::8888::',
    '1:2:3:4:5:6:7',
    '12345::',
  ],
  ...['1:2:3:4:5:6:7:8:9', '8.8.8.8/8', ' 8.8.8.8', 'b2f3-0a.local', 'localhost', 'meet.example.com', '2001:'],
];

describe("what a page's connections may try", () => {
  it('is what the egress guard takes for public', () => {
    const { mayReach } = createReach([]);
    for (const address of edges) expect([address, mayReach(address, '1')]).toEqual([address, isPublicAddress(address)]);
    for (const text of noAddresses) expect([text, mayReach(text, '1')]).toEqual([text, false]);
  });

  it.each<[string, string, string, boolean]>([
    ['127.0.0.1', '127.0.0.1', '9', true],
    ['127.0.0.1', '127.0.0.2', '9', false],
    ['127.0.0.1:80', '127.0.0.1', '80', true],
    ['127.0.0.1:80', '127.0.0.1', '81', false],
    ['10.0.0.0/8', '10.9.8.7', '9', true],
    ['10.0.0.0/8', '192.168.0.1', '9', false],
    ['fd00::/8', 'fd12::1', '9', true],
    ['fd00::/8', '10.0.0.1', '9', false],
    ['::1', '0:0:0:0:0:0:0:1', '9', true],
    ['[FD00::2]:80', 'fd00::2', '80', true],
    ['[fd00::2]:80', 'fd00::2', '9', false],
    ['meet.corp', 'meet.corp', '9', false],
  ])('follows the operator: %s lets %s port %s pass: %s', (entry, address, port, may) => {
    expect(createReach([entry]).mayReach(address, port)).toBe(may);
  });

  it('has servers by public names, and by those that the operator listed', () => {
    const { mayAsk } = createReach(['turn.corp', 'relay.corp:443', '10.1.0.0/16']);
    const asked = ['stun.example.com', '8.8.8.8', 'turn.corp', '10.1.2.3'];
    for (const host of asked) expect([host, mayAsk(host, '3478')]).toEqual([host, true]);
    const refused = [
      'relay.corp',
      'stun.corp',
      'localhost',
      'a.localhost',
      'host',
      'x.internal',
      'printer.local',
      'x.',
    ];
    for (const host of [...refused, '127.1', '0x7f.1', '127.0.0.1', '::1', '10.2.0.1', '']) {
      expect([host, mayAsk(host, '3478')]).toEqual([host, false]);
    }
    expect(mayAsk('relay.corp', '443')).toBe(true);
  });
});
