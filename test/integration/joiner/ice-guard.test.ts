import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openFixture } from './fixture.ts';

const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
/** Where a socket of this machine listens: loopback, and the addresses of its networks. */
const addresses = [
  '127.0.0.1',
  ...own.flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? address : [])),
];

/**
 * A page that tries a UDP port on private addresses by every way it has: candidates one by one and in a description, servers,
 * and from the fresh worlds of frames and windows. It says when its connections have had their time.
 */
const hostilePage = (port: number) => `<!doctype html><title>come in</title><script type="module">
  const addresses = ${JSON.stringify(addresses)};
  const candidate = (ip) => 'candidate:1 1 udp 2113937151 ' + ip + ' ${port} typ host';
  const servers = addresses.flatMap((ip) => ['stun:' + ip + ':${port}', 'turn:' + ip + ':${port}?transport=udp']);
  const worlds = [window];
  const blank = document.createElement('iframe');
  const written = document.createElement('iframe');
  written.srcdoc = '<p>hello';
  document.body.append(blank, written);
  worlds.push(blank.contentWindow, written.contentWindow);
  await new Promise((resolve) => (written.onload = resolve));
  worlds.push(written.contentWindow);
  const opened = window.open('', '', 'popup');
  if (opened) worlds.push(opened);
  // What a page changes of the language is not what decides.
  Array.prototype[Symbol.iterator] = new Proxy(Array.prototype[Symbol.iterator], {});
  Object.prototype.get = undefined;
  async function attack(world, way) {
    const Connection = [world.RTCPeerConnection, world.webkitRTCPeerConnection, world.RTCPeerConnection.prototype.constructor][way % 3];
    const config = { iceServers: [{ urls: servers, username: 'u', credential: 'c' }] };
    const one = way === 0 ? new Connection(config) : new Connection();
    if (way === 1) one.setConfiguration(config);
    const other = new Connection();
    one.createDataChannel('x');
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription();
    const bare = other.localDescription.sdp.replace(/^a=candidate.*\\r\\n/gm, '');
    const lines = addresses.map((ip) => 'a=' + candidate(ip) + '\\r\\n').join('');
    await one.setRemoteDescription({ type: 'answer', sdp: way === 2 ? bare + lines : bare });
    if (way === 2) return;
    for (const ip of addresses) {
      await one.addIceCandidate({ candidate: candidate(ip), sdpMid: '0' }).catch(() => {});
      await one.addIceCandidate(new world.RTCIceCandidate({ candidate: 'a=' + candidate(ip), sdpMid: '0' })).catch(() => {});
    }
  }
  const failures = [];
  for (const world of worlds) for (const way of [0, 1, 2]) await attack(world, way).catch((error) => failures.push(String(error)));
  // Checks begin within fifty milliseconds (RFC 8445, 14.2); names and servers take their time.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await fetch('/tried?' + encodeURIComponent(failures.join('; ')));
</script>`;

describe("a page's connections", { timeout: 90_000 }, () => {
  /** How many packets a UDP socket of this machine got, by a page on this machine; and what the page could not do. */
  async function packetsFrom(allowOf: (page: number) => string): Promise<{ packets: number; failures: string }> {
    let packets = 0;
    const socket = createSocket('udp4');
    socket.on('message', () => (packets += 1));
    socket.bind(0, '0.0.0.0');
    await once(socket, 'listening');
    const tried = Promise.withResolvers<string>();
    const server = createServer(({ url = '' }, response) => {
      if (url.startsWith('/tried')) tried.resolve(decodeURIComponent(url.split('?')[1] ?? ''));
      response.setHeader('content-type', 'text/html').end(url === '/' ? hostilePage(socket.address().port) : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    {
      await using fixture = await openFixture({ EGRESS_ALLOW: allowOf(port) });
      fixture.scheduler.order({ meetingUrl: `http://127.0.0.1:${port}/` });
      await tried.promise;
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => socket.close(resolve));
    return { packets, failures: await tried.promise };
  }

  it('send nothing to private addresses that the operator did not list', async () => {
    expect(await packetsFrom((page) => `127.0.0.1:${page}`)).toEqual({ packets: 0, failures: '' });
  });

  it('reach those that the operator listed', async () => {
    const { packets, failures } = await packetsFrom(() => addresses.join());
    expect(failures).toBe('');
    expect(packets).toBeGreaterThan(0);
  });
});
