import { describe, expect, it } from 'vitest';
import { BadRequest } from './problems.ts';
import { readProviderKey } from './provider-keys.ts';

const apiKey = '0123456789abcdef';

function problemsOf(params: unknown, body: unknown) {
  try {
    readProviderKey(params, body);
  } catch (error) {
    if (error instanceof BadRequest) return error;
  }
  throw new Error('it was taken');
}

describe('readProviderKey', () => {
  it('reads the provider from the path and the key from the body', () => {
    expect(readProviderKey({ provider: 'assemblyai' }, { api_key: apiKey })).toEqual({
      provider: 'assemblyai',
      apiKey,
    });
  });

  it('names the path and the body at once', () => {
    const { problems } = problemsOf({ provider: 'deepgram_streaming' }, { api_key: 7, key: apiKey });
    expect(problems.map(({ field }) => field).toSorted()).toEqual(['api_key', 'key', 'provider']);
    expect(problems.find(({ field }) => field === 'provider')?.message).toMatch(
      /deepgram.*assemblyai.*openai_compatible/,
    );
  });

  it.each([undefined, null, [], 'text', {}, { api_key: 'short' }, { api_key: `${apiKey}\r\nX-Evil: 1` }])(
    'refuses the body %j without repeating it',
    (body) => {
      const error = problemsOf({ provider: 'deepgram' }, body);
      expect(error.problems).toHaveLength(1);
      expect(JSON.stringify([error.message, error.problems])).not.toMatch(/short|0123|Evil/);
    },
  );
});
