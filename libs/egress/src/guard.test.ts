import { describe, expect, it } from 'vitest';
import { Guard, type GuardOptions } from './guard.ts';

function guardWith(options: Partial<GuardOptions> = {}): Guard {
  return new Guard({ allow: [], hosts: {}, resolve: () => Promise.resolve(['93.184.215.14']), ...options });
}

const all = ['http', 'https', 'ws', 'wss'];
const blocked = { name: 'EgressFailure', code: 'invalid-argument', reason: 'blocked' };

describe('Guard.checkSyntax', () => {
  it.each(['https://example.com/hook?a=b', 'http://example.com:8080', 'wss://1.1.1.1/', 'https://[2606:4700::1]/'])(
    'takes %s',
    (url) => expect(guardWith().checkSyntax(url, all).href).toBe(new URL(url).href),
  );

  it.each([
    ...[
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://127.1/',
      'http://127.0.0.1./',
      'http://0/',
    ],
    ...['http://[::ffff:7f00:1]/', 'http://[::ffff:8.8.8.8]/', 'http://[::1]/', 'http://[::]/', 'http://[fe80::1]/'],
    ...['http://①②⑦.⓪.⓪.①/', 'http://127。0。0。1/', 'http://0x7f000001/', 'http://0xA9FEA9FE/latest/meta-data'],
    ...[
      'http://LOCALHOST/',
      'http://localhost./',
      'http://a.localhost/',
      'http://Foo.LocalHost.:80/',
      'http://%6cocalhost/',
    ],
    ...[
      'http://metadata.google.internal/',
      'http://METADATA.google.internal./x',
      'http://printer.local/',
      'http://intranet/',
    ],
    ...['http://example.com@127.0.0.1/', 'https://user:secret@example.com/', 'https://user@example.com/'],
    ...['http://example.com:0/', 'http://169.254.169.254/', 'https://10.0.0.1:8443/', 'http://168.63.129.16/'],
    ...['', 'example.com', '//example.com', 'file:///etc/passwd', 'ftp://example.com/', 'gopher://127.0.0.1:70/'],
    ...[
      'data:text/plain,x',
      'javascript:1',
      'http://',
      'http://exa mple.com/',
      'http://[::1',
      'unix:/run/x',
      'ws+unix:/x:/y',
    ],
  ])('refuses %j', (url) => {
    expect(() => guardWith().checkSyntax(url, all)).toThrow(expect.objectContaining(blocked));
  });

  it('takes only the schemes that are asked for', () => {
    const refused = 'scheme not allowed, expected https';
    expect(() => guardWith().checkSyntax('http://example.com/', ['https'])).toThrow(refused);
    expect(() => guardWith().checkSyntax('file:///x', ['file'])).toThrow('scheme not allowed');
  });

  it('takes what the operator listed, in any spelling', () => {
    const guard = guardWith({
      allow: ['localhost:8080', '10.0.0.0/8'],
      hosts: { 'meet.lab.internal:443': '127.0.0.1:9' },
    });
    for (const url of ['http://LocalHost.:8080/', 'http://0xa000001/', 'https://meet.lab.internal/']) {
      expect(() => guard.checkSyntax(url, all), url).not.toThrow();
    }
    expect(() => guard.checkSyntax('http://localhost:8081/', all)).toThrow('host is a local name');
  });
});

describe('Guard.targetOf', () => {
  const endpoint = { host: 'hook.example.com', port: 443 };

  it('gives every address of a public name', async () => {
    const resolve = (): Promise<string[]> => Promise.resolve(['1.1.1.1', '2606:4700::1']);
    const target = { addresses: ['1.1.1.1', '2606:4700::1'], port: 443 };
    expect(await guardWith({ resolve }).targetOf(endpoint)).toEqual(target);
  });

  it.each([[['127.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['1.1.1.1', '::ffff:1.1.1.1']], [['fe80::1%eth0']]])(
    'refuses a name with the addresses %j',
    async (addresses) => {
      const guard = guardWith({ resolve: () => Promise.resolve(addresses) });
      await expect(guard.targetOf(endpoint)).rejects.toMatchObject(blocked);
    },
  );

  it('refuses what is no address and what is none', async () => {
    for (const addresses of [['0x7f.1'], ['elsewhere.test'], []]) {
      const guard = guardWith({ resolve: () => Promise.resolve(addresses) });
      await expect(guard.targetOf(endpoint)).rejects.toMatchObject({ reason: 'dns' });
    }
  });

  it('does not resolve addresses, and refuses those that URLs cannot hold', async () => {
    const guard = guardWith({ resolve: () => Promise.reject(new Error('must not be asked')) });
    expect(await guard.targetOf({ host: '1.1.1.1', port: 80 })).toEqual({ addresses: ['1.1.1.1'], port: 80 });
    await expect(guard.targetOf({ host: '127.0.0.1', port: 80 })).rejects.toMatchObject(blocked);
    await expect(guard.targetOf({ host: '2130706433', port: 80 })).rejects.toMatchObject(blocked);
    await expect(guard.targetOf({ host: 'fe80::1%eth0', port: 80 })).rejects.toMatchObject(blocked);
  });

  it('lets the operator list a name, an address or a network', async () => {
    const resolve = (): Promise<string[]> => Promise.resolve(['10.1.2.3']);
    for (const entry of ['hook.example.com', 'hook.example.com:443', '10.1.2.3:443', '10.0.0.0/8']) {
      expect((await guardWith({ resolve, allow: [entry] }).targetOf(endpoint)).addresses).toEqual(['10.1.2.3']);
    }
    const elsewhere = guardWith({ resolve, allow: ['hook.example.com:80', '10.1.2.3:80', '10.2.0.0/16'] });
    await expect(elsewhere.targetOf(endpoint)).rejects.toMatchObject(blocked);
  });

  it('sends an overridden endpoint where the operator says, and only that one', async () => {
    const guard = guardWith({ hosts: { 'hook.example.com:443': '127.0.0.1:9443' } });
    expect(await guard.targetOf(endpoint)).toEqual({ addresses: ['127.0.0.1'], port: 9443 });
    expect(await guard.targetOf({ ...endpoint, port: 80 })).toEqual({ addresses: ['93.184.215.14'], port: 80 });
    expect(() => guardWith({ hosts: { 'a.test:1': 'b.test:2' } })).toThrow('expected ip:port');
  });

  it('tells a name that does not exist from a resolver that fails', async () => {
    const failing = (code: string): Guard =>
      guardWith({ resolve: () => Promise.reject(Object.assign(new Error(code), { code })) });
    const missing = { reason: 'dns', code: 'invalid-argument' };
    await expect(failing('ENOTFOUND').targetOf(endpoint)).rejects.toMatchObject(missing);
    await expect(failing('EAI_AGAIN').targetOf(endpoint)).rejects.toMatchObject({ reason: 'dns', code: 'unavailable' });
  });

  it('asks once for connections that start together, and again for later ones', async () => {
    let asked = 0;
    const guard = guardWith({ resolve: () => Promise.resolve([`1.1.1.${++asked}`]) });
    const together = await Promise.all([guard.targetOf(endpoint), guard.targetOf(endpoint)]);
    expect(together.map((target) => target.addresses)).toEqual([['1.1.1.1'], ['1.1.1.1']]);
    expect((await guard.targetOf(endpoint)).addresses).toEqual(['1.1.1.2']);
  });
});
