import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { sign as signWith, signingKey, type Signable } from './sign.ts';

// The example of the Standard Webhooks libraries.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const messageId = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const body = Buffer.from('{"test": 2432232314}');
const at = 1614265330 * 1000;

const sign = (secrets: readonly string[], message: Signable) => signWith(secrets.map(signingKey), message);

describe('sign', () => {
  it('gives the signature of the Standard Webhooks example', () => {
    expect(sign([secret], { messageId, body, at })).toMatchObject({
      'webhook-id': messageId,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each([Date.now(), Date.now() + 999])('agrees with the independent library', (time) => {
    const own = sign([secret], { messageId, body, at: time });
    const theirs = new Webhook(secret).sign(messageId, new Date(time), body);
    expect(own['webhook-signature']).toBe(theirs);
    expect(new Webhook(secret).verify(body, own)).toEqual({ test: 2432232314 });
  });

  it.each([
    { 'webhook-id': 'msg_other' },
    { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 60) },
    { 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' },
  ])('is refused when altered: %j', (altered) => {
    const headers: Record<string, string> = sign([secret], { messageId, body, at: Date.now() });
    Object.assign(headers, altered);
    expect(() => new Webhook(secret).verify(body, headers)).toThrow();
  });

  it('signs with each valid secret, and either one verifies', () => {
    const newer = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const headers = sign([newer, secret], { messageId, body, at: Date.now() });
    for (const one of [newer, secret]) expect(new Webhook(one).verify(body, headers)).toEqual({ test: 2432232314 });
    const third = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
    expect(() => new Webhook(third).verify(body, headers)).toThrow();
    const compatible = createHmac('sha256', secret).update(body).digest('hex');
    expect(headers['x-meetstream-signature']).toBe(`sha256=${compatible}`);
  });

  it('signs the bare body for the public API, beside the time of the attempt', () => {
    const headers = sign([secret], { messageId, body, at });
    const expected = createHmac('sha256', secret).update(body).digest('hex');
    expect(headers['x-meetstream-signature']).toBe(`sha256=${expected}`);
    expect(headers['x-meetstream-timestamp']).toBe('2021-02-25T15:02:10.000Z');
  });
});
