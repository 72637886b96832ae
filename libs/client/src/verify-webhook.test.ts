import { describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, type VerifyOptions } from './verify-webhook.ts';

// The example of the Standard Webhooks libraries: a golden vector that none of our code has made.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const body = '{"test": 2432232314}';
const now = 1614265330 * 1000;
const headers = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const example: VerifyOptions = { headers, body, secret, now };
const minutes = (count: number) => count * 60_000;

describe('verifyWebhook', () => {
  it('takes the Standard Webhooks example', () => {
    expect(verifyWebhook(example)).toEqual({
      messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      sentAt: new Date(now),
      payload: { test: 2432232314 },
    });
  });

  it('takes what the independent library signs', () => {
    const at = new Date(now);
    const signed = { ...headers, 'webhook-signature': new Webhook(other).sign(headers['webhook-id'], at, 'null') };
    expect(verifyWebhook({ headers: signed, body: 'null', secret: other, now }).payload).toBeNull();
  });

  it.each<[string, Partial<VerifyOptions>]>([
    ['bytes', { body: Buffer.from(body) }],
    ['a secret without its prefix', { secret: secret.slice('whsec_'.length) }],
    ['fetch headers', { headers: new Headers(headers) }],
    [
      'headers in another case',
      { headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toUpperCase(), v])) },
    ],
    ['any of several secrets', { secret: [other, secret] }],
    [
      'any of several signatures',
      { headers: { ...headers, 'webhook-signature': `v1,AAAA v1a,xyz ${headers['webhook-signature']}` } },
    ],
    ['five minutes of lateness', { now: now + minutes(5) }],
    ['five minutes of earliness', { now: now - minutes(5) }],
  ])('takes %s', (_, difference) => {
    expect(verifyWebhook({ ...example, ...difference }).payload).toEqual({ test: 2432232314 });
  });

  const altered = (difference: Record<string, string | undefined>) => ({ headers: { ...headers, ...difference } });
  it.each<[string, string, Partial<VerifyOptions>]>([
    ['wrong-signature', 'a changed body', { body: '{"test": 2432232315}' }],
    ['wrong-signature', 'a changed id', altered({ 'webhook-id': 'msg_other' })],
    ['wrong-signature', 'a changed time', altered({ 'webhook-timestamp': '1614265331' })],
    ['wrong-signature', 'another secret', { secret: other }],
    [
      'wrong-signature',
      'a signature of another version',
      altered({ 'webhook-signature': 'v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }),
    ],
    ['wrong-signature', 'a signature that is cut', altered({ 'webhook-signature': 'v1,g0hM9SsE' })],
    ['stale', 'what is over five minutes old', { now: now + minutes(5) + 1 }],
    ['stale', 'what comes from over five minutes ahead', { now: now - minutes(5) - 1 }],
    ['stale', 'a time that is no number', altered({ 'webhook-timestamp': '1614265330abc' })],
    ['missing-header', 'a message without an id', altered({ 'webhook-id': undefined })],
    ['missing-header', 'a message without a signature', { headers: new Headers() }],
    ['unusable-secret', 'an empty secret', { secret: '' }],
    ['unusable-secret', 'a short secret beside a good one', { secret: [secret, 'whsec_c2hvcnQ='] }],
  ])('says %s of %s', (reason, _, difference) => {
    expect(() => verifyWebhook({ ...example, ...difference })).toThrow(expect.objectContaining({ reason }));
  });

  it('says not-json of a signed body that is none', () => {
    const signature = new Webhook(secret).sign(headers['webhook-id'], new Date(now), 'hello');
    const signed = altered({ 'webhook-signature': signature });
    expect(() => verifyWebhook({ ...example, ...signed, body: 'hello' })).toThrow(
      expect.objectContaining({ reason: 'not-json' }),
    );
  });
});
