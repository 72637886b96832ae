import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      rpcListen: '127.0.0.1:7402',
      schedulerAddress: '127.0.0.1:7401',
      mediaAddress: '127.0.0.1:7403',
      maxBots: 8,
      botsPerBrowser: 4,
      browserIdleMs: 30_000,
      drainMs: 14_400_000,
      browser: { chromiumPath: '', args: [], user: '', proxy: '' },
      egress: { allow: [], hosts: {} },
    });
  });

  it.each([
    ['["--a=b c", "--d"]', ['--a=b c', '--d']],
    ['--a=b  --d', ['--a=b', '--d']],
    ['', []],
  ])('reads browser arguments from %s', (text, args) => {
    expect(readConfig({ BROWSER_ARGS: text }).browser.args).toEqual(args);
  });

  it('reads where hosts are, and which may be private', () => {
    const env = {
      EGRESS_ALLOW: '127.0.0.1, 10.0.0.0/8',
      EGRESS_HOSTS: 'a.example:443=10.0.0.1:8443,b.example:80=[::1]:80',
    };
    expect(readConfig(env).egress).toEqual({
      allow: ['127.0.0.1', '10.0.0.0/8'],
      hosts: { 'a.example:443': '10.0.0.1:8443', 'b.example:80': '[::1]:80' },
    });
    expect(() => readConfig({ EGRESS_HOSTS: 'a.example=10.0.0.1' })).toThrow(/EGRESS_HOSTS/);
  });

  it('names everything that is wrong', () => {
    expect(() => readConfig({ BROWSER_ARGS: '[1]', MAX_BOTS: '0', BROWSER_PROXY: 'proxy' })).toThrow(
      /BROWSER_ARGS[^]*BROWSER_PROXY|SEATS[^]*BROWSER_ARGS/,
    );
  });
});
