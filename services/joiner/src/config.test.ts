import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      rpcListen: '127.0.0.1:7402',
      schedulerAddress: '127.0.0.1:7401',
      mediaAddress: '127.0.0.1:7403',
      seats: 8,
      botsPerBrowser: 4,
      browser: { chromiumPath: '', args: [], user: '', proxy: '' },
    });
  });

  it.each([
    ['["--a=b c", "--d"]', ['--a=b c', '--d']],
    ['--a=b  --d', ['--a=b', '--d']],
    ['', []],
  ])('reads browser arguments from %s', (text, args) => {
    expect(readConfig({ BROWSER_ARGS: text }).browser.args).toEqual(args);
  });

  it('names everything that is wrong', () => {
    expect(() => readConfig({ BROWSER_ARGS: '[1]', SEATS: '0', BROWSER_PROXY: 'proxy' })).toThrow(
      /BROWSER_ARGS[^]*BROWSER_PROXY|SEATS[^]*BROWSER_ARGS/,
    );
  });
});
