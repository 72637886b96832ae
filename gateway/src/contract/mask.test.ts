import { describe, expect, it } from 'vitest';
import { maskAddresses, maskSecrets } from './mask.ts';

describe('maskAddresses', () => {
  it.each([
    ['https://us02web.zoom.us/j/123?pwd=abc&x=1', 'https://us02web.zoom.us/j/123?pwd=***&x=***'],
    ['https://teams.live.com/meet/93?p=abc#pwd=1', 'https://teams.live.com/meet/93?p=***#***'],
    ['https://meet.google.com/abc-defg-hij', 'https://meet.google.com/abc-defg-hij'],
    ['wss://user:word@host:8443/audio?token={t}', 'wss://***@host:8443/audio?token=***'],
    ['https://host/hook?sesame', 'https://host/hook?***'],
    ['https://user:p@ss@host/', 'https://***@host/'],
    ['https://hooks.host/services/T0/XyZ0123456789abcdefghij', 'https://hooks.host/services/T0/***'],
    ['Join https://a.b/?p=1 or wss://c.d/?q=2, please', 'Join https://a.b/?p=*** or wss://c.d/?q=*** please'],
    ['no address', 'no address'],
  ])('masks %s', (text, masked) => {
    expect(maskAddresses(text)).toBe(masked);
  });
});

describe('maskSecrets', () => {
  it('masks addresses and keys wherever they stand, and nothing else', () => {
    const request = {
      meeting_link: 'https://zoom.us/j/1?pwd=abc',
      bot_name: 'Notes',
      provider: { deepgram: { api_key: 'abc', keyterms: ['one'], model: 'nova-3' } },
      list: [{ password: 'abc', count: 3, token: null, secret: '' }],
    };
    expect(maskSecrets(request)).toEqual({
      meeting_link: 'https://zoom.us/j/1?pwd=***',
      bot_name: 'Notes',
      provider: { deepgram: { api_key: '***', keyterms: ['one'], model: 'nova-3' } },
      list: [{ password: '***', count: 3, token: null, secret: '' }],
    });
  });
});
