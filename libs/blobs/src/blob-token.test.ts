import { describe, expect, it } from 'vitest';
import { signToken, verifyToken } from './blob-token.ts';

const secret = 'a secret of some length';
const key = 'bots/1/audio.wav';
const expiresAtMs = Date.UTC(2026, 0, 2);
const token = signToken({ key, expiresAtMs }, secret);

function judge(given: string, options: Partial<{ key: string; secrets: string[]; nowMs: number }> = {}): string {
  return verifyToken(given, { key, secrets: [secret], nowMs: expiresAtMs - 1, ...options });
}

describe('verifyToken', () => {
  it('takes its own until they expire', () => {
    expect(judge(token)).toBe('valid');
    expect(judge(token, { nowMs: expiresAtMs })).toBe('expired');
  });

  it('takes any of several secrets', () => {
    expect(judge(token, { secrets: ['another one of length', secret] })).toBe('valid');
    expect(judge(token, { secrets: ['another one of length'] })).toBe('forged');
    expect(judge(token, { secrets: [] })).toBe('forged');
  });

  it('refuses another key', () => {
    expect(judge(token, { key: 'bots/2/audio.wav' })).toBe('forged');
  });

  it('refuses every token that differs by one character', () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1);
      expect(judge(changed), changed).toBe('forged');
    }
  });

  it('refuses every other way to write the same bytes', () => {
    const last = token.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const others = [...alphabet].filter((letter) => letter !== last).map((letter) => token.slice(0, -1) + letter);
    for (const given of [...others, `${token}=`, `${token}==`, `${token} `, `${token}A`, `${token}\n`]) {
      expect(judge(given), given).toBe('forged');
    }
  });

  it.each(['', '.', 'x', `${token}.`, `${token}.x`, token.split('.')[0] ?? '', `.${token}`])('refuses %j', (given) => {
    expect(judge(given)).toBe('forged');
  });

  it('needs a key, an expiry and a secret worth the name', () => {
    expect(() => signToken({ key: '../x', expiresAtMs }, secret)).toThrow('not a blob key');
    expect(() => signToken({ key, expiresAtMs: Number.NaN }, secret)).toThrow('whole expiry');
    expect(() => signToken({ key, expiresAtMs }, 'short')).toThrow('secret too short');
  });
});
