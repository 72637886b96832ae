import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const env = { DATABASE_URL: 'postgres://localhost/x', NATS_URL: 'nats://localhost:4222', SECRETS_KEY: '0f'.repeat(32) };

describe('readConfig', () => {
  it('has no second provider, and no server of one’s own, unless told', () => {
    const { failover, vendors, secrets } = readConfig({ ...env, OPENAI_COMPATIBLE_URL: '' });
    expect(failover).toEqual({});
    expect(vendors).toMatchObject({ OPENAI_COMPATIBLE_URL: undefined, OPENAI_COMPATIBLE_MODEL: 'whisper-1' });
    expect(secrets.apiKeys).toEqual({ deepgram: undefined, assemblyai: undefined, openai_compatible: undefined });
  });

  it('keeps the keys of vendors apart from what else is configured of them', () => {
    const { vendors, secrets } = readConfig({ ...env, DEEPGRAM_API_KEY: 'secret', DEEPGRAM_URL: 'http://127.0.0.1:9' });
    expect(secrets.apiKeys).toMatchObject({ deepgram: 'secret' });
    expect(vendors).toMatchObject({ DEEPGRAM_URL: 'http://127.0.0.1:9' });
    expect(JSON.stringify(vendors)).not.toContain('secret');
  });

  it('needs the key that accounts’ own keys are kept under', () => {
    expect(readConfig(env).secrets.sealingKey).toEqual(Buffer.alloc(32, 15));
    expect(() => readConfig({ ...env, SECRETS_KEY: undefined })).toThrow('SECRETS_KEY');
  });

  it('reads who takes over', () => {
    const pairs = 'deepgram=openai_compatible, deepgram_streaming = assemblyai_streaming';
    expect(readConfig({ ...env, SPEECH_FAILOVER: pairs }).failover).toEqual({
      deepgram: 'openai_compatible',
      deepgram_streaming: 'assemblyai_streaming',
    });
  });

  it.each(['deepgram', 'deepgram=deepgram', 'deepgram=assemblyai_streaming', 'deepgram=whisper', 'a=b=c'])(
    'refuses %s for a second provider',
    (pairs) => {
      expect(() => readConfig({ ...env, SPEECH_FAILOVER: pairs })).toThrow(
        /SPEECH_FAILOVER.*transcribe in the same way/s,
      );
    },
  );
});
