import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createEgress } from '@earshot/egress';
import { silentLog } from '@earshot/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * What a customer may try in order to reach the operator's own network. Every row is used as it would be in earnest, as
 * a webhook, as a WebSocket and as a tunnel of the browser's, while servers listen on this machine's loopback: what
 * counts is that none of them sees a connection.
 */
const hosts: Readonly<Record<string, readonly string[]>> = {
  loopback: [
    '127.0.0.1',
    '127.255.255.254',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.b.localhost',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
  ],
  unspecified: ['0.0.0.0', '0', '[::]'],
  'spelled as one number': ['2130706433', '0x7f000001', '0x7F000001', '017700000001', '3232235521', '2852039166'],
  'spelled in parts': [
    '0x7f.0.0.1',
    '0177.0.0.1',
    '0x7f.1',
    '127.1',
    '127.0.1',
    '0251.0376.0251.0376',
    '0xa9.0xfe.0xa9.0xfe',
  ],
  'spelled with dots after': ['127.0.0.1.', '169.254.169.254.', '10.0.0.1.'],
  'spelled in other scripts': [
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '１２７．０．０．１',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'loca\u00adlhost',
    '%31%32%37.0.0.1',
    '%6cocalhost',
  ],
  private: [
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fec0::1]',
  ],
  'link-local and metadata': [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '[fe80::1]',
    '[fd00:ec2::254]',
    'metadata.google.internal',
    'metadata',
    'instance-data.ec2.internal',
  ],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.254'],
  'multicast, broadcast, reserved': [
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
    '[ff02::1]',
    '[ff0e::1]',
  ],
  documentation: ['192.0.2.1', '198.51.100.7', '203.0.113.9', '[2001:db8::1]', '[3fff::1]'],
  'benchmark and protocol assignments': [
    '198.18.0.1',
    '198.19.255.255',
    '192.0.0.8',
    '192.88.99.1',
    '[2001:2::1]',
    '[100::1]',
    '[2001:10::1]',
    '[2001:20::1]',
  ],
  'IPv4 in IPv6: mapped, compatible, translated': [
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[0:0:0:0:0:ffff:10.0.0.1]',
  ],
  'IPv4 in IPv6: NAT64, 6to4, Teredo': [
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::a00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2001:0:7f00:1::1]',
    '[2001::a00:1]',
  ],
  'names of the own network': [
    'intranet',
    'printer.local',
    'db.internal',
    'nas.home.arpa',
    'kubernetes.default.svc',
    'wiki.corp',
    'router.lan',
    'redis',
  ],
  'hidden behind another': [
    'example.com@127.0.0.1',
    'user:pass@127.0.0.1',
    'example.com:443@localhost',
    '127.0.0.1\\@example.com',
    '1.1.1.1%2f@127.0.0.1',
  ],
};

/** Public names whose owner has the resolver say this. */
const answers: Readonly<Record<string, readonly string[]>> = {
  'a loopback address': ['127.0.0.1'],
  'a private address after a public one': ['93.184.215.14', '10.0.0.1'],
  'a loopback address before a public one': ['127.0.0.1', '93.184.215.14'],
  'the metadata service': ['169.254.169.254'],
  'the loopback of IPv6': ['::1'],
  'a mapped address': ['::ffff:127.0.0.1'],
  'a NAT64 address': ['64:ff9b::7f00:1'],
  'a 6to4 address': ['2002:7f00:1::'],
  'an address with a zone': ['fe80::1%lo'],
  'an address in hexadecimal': ['0x7f000001'],
  'an address in octal': ['0177.0.0.1'],
  'another name': ['localhost'],
  nothing: [],
};

const timeoutMs = 2000;
const servers: Server[] = [];
let ports: number[] = [];
let connections = 0;

beforeAll(async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    servers.push(server);
    server.listen(0, host);
    await once(server, 'listening');
  }
  ports = servers.map((server) => (server.address() as AddressInfo).port);
});
afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

/** Tries every way out; answers the reasons why each was refused. */
async function tryAll(host: string, resolve: (host: string) => Promise<string[]>): Promise<string[]> {
  await using egress = createEgress({ log: silentLog, resolve });
  const reasons: string[] = [];
  for (const port of ports) {
    const result = await egress.request({ url: `http://${host}:${port}/`, timeoutMs });
    reasons.push(result.kind === 'failed' ? result.reason : `answered ${result.status}`);
    reasons.push(await trySocket(egress, `ws://${host}:${port}/`));
    const bare = host.replace(/^\[|\]$/g, '');
    const tunnel = egress.connect({ host: bare, port }, { signal: AbortSignal.timeout(timeoutMs) });
    reasons.push(
      await tunnel.then(
        () => 'connected',
        (error: { reason?: string }) => error.reason ?? String(error),
      ),
    );
  }
  return reasons;
}

async function trySocket(egress: ReturnType<typeof createEgress>, url: string): Promise<string> {
  try {
    const socket = egress.webSocket(url);
    const [error] = (await once(socket, 'close').then(
      () => [],
      (thrown: unknown) => [thrown],
    )) as [{ reason?: string }?];
    return error?.reason ?? 'closed';
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error);
  }
}

const rows = Object.entries(hosts).flatMap(([kind, all]) => all.map((host) => [kind, host] as const));

describe('a customer url', () => {
  it('has its tricks tried by the table', () => expect(rows.length).toBeGreaterThanOrEqual(60));

  it.each(rows)('does not get through (%s): %s', async (_, host) => {
    // A resolver that would lead inside whatever it is asked: refusing has to come before, or after, and always.
    const reasons = await tryAll(host, () => Promise.resolve(['127.0.0.1']));
    expect(new Set(reasons)).toEqual(new Set(['blocked']));
    expect(connections).toBe(0);
  });

  it.each(Object.entries(answers))('does not get through by a name that resolves to %s', async (_, addresses) => {
    const reasons = await tryAll('hook.example.com', () => Promise.resolve([...addresses]));
    for (const reason of reasons) expect(['blocked', 'dns']).toContain(reason);
    expect(connections).toBe(0);
  });

  it.each([
    ['file:///etc/passwd'],
    ['gopher://127.0.0.1:70/_x'],
    ['ftp://127.0.0.1/'],
    ['dict://127.0.0.1:11211/stat'],
    ['data:text/plain,x'],
    ['unix:/run/postgresql'],
    ['http+unix://%2Frun%2Fdocker.sock/info'],
  ])('does not get through by its scheme: %s', async (url) => {
    await using egress = createEgress({ log: silentLog });
    expect(await egress.request({ url, timeoutMs })).toMatchObject({ kind: 'failed', reason: 'blocked' });
  });

  it('does not get through by changing its answer between check and connect', async () => {
    for (const port of ports) {
      const said = [['93.184.215.14'], ['127.0.0.1', '::1'], ['::1']];
      await using egress = createEgress({
        log: silentLog,
        resolve: () => Promise.resolve(said.shift() ?? ['127.0.0.1']),
      });
      const url = `http://rebind.example.com:${port}/`;
      expect((await egress.check(url)).addresses).toEqual(['93.184.215.14']);
      for (let tries = 0; tries < 3; tries++) {
        expect(await egress.request({ url, timeoutMs })).toMatchObject({ reason: 'blocked' });
      }
    }
    expect(connections).toBe(0);
  });

  it('reaches those servers when the operator lists them: the table would notice a connection', async () => {
    await using egress = createEgress({ log: silentLog, allow: ['127.0.0.1', '::1'] });
    await egress.request({ url: `http://127.0.0.1:${ports[0]}/`, timeoutMs });
    await egress.request({ url: `http://[::1]:${ports[1]}/`, timeoutMs });
    expect(connections).toBe(2);
  });
});
