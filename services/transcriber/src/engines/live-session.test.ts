import { FakeClock } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { LiveSession, type VendorLink } from './live-session.ts';

function setUp() {
  const calls: string[] = [];
  const link: VendorLink = {
    send: () => void calls.push('send'),
    keepAlive: () => void calls.push('keepAlive'),
    finalize: () => void calls.push('finalize'),
    finish: () => void calls.push('finish'),
    abort: () => void calls.push('abort'),
  };
  const clock = new FakeClock();
  const controller = new AbortController();
  const session = new LiveSession(link, {
    ...{ engine: 'fake', apiKey: 'key', sampleRate: 16_000, clock, signal: controller.signal },
    ...{ stallTimeoutMs: 10_000, closeTimeoutMs: 5000 },
  });
  const seconds = async (count: number, each: () => void = () => {}) => {
    for (let second = 0; second < count; second++) {
      each();
      await clock.advance(1000);
      // The session's loop takes a few turns to sleep again.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
  };
  return { calls, session, controller, seconds };
}

const speech = new Int16Array(16_000).fill(4000);

describe('LiveSession', () => {
  it('gives a sign of life every four seconds without audio', async () => {
    const { calls, session, seconds } = setUp();
    await seconds(9);
    expect(calls).toEqual(['keepAlive', 'keepAlive']);
    await seconds(6, () => session.send(new Int16Array(160)));
    expect(calls.filter((call) => call === 'keepAlive')).toHaveLength(2);
  });

  it('fails when speech goes unanswered', async () => {
    const { calls, session, seconds } = setUp();
    await seconds(11, () => session.send(speech));
    expect(await session.closed).toMatchObject({ kind: 'failed', error: { code: 'unavailable' } });
    expect(calls.at(-1)).toBe('abort');
  });

  it('closes once the provider has, and sends nothing after it was asked to', async () => {
    const { calls, session } = setUp();
    const closing = session.close();
    session.send(speech);
    session.finalize();
    session.ended({ kind: 'closed' });
    expect(await closing).toEqual({ kind: 'closed' });
    expect(calls).toEqual(['finish']);
  });

  it('waits for the last finals while they come', async () => {
    const { session, seconds } = setUp();
    const closing = session.close();
    await seconds(20, () => session.received());
    expect(session.isOver).toBe(false);
    await seconds(6);
    expect(await closing).toMatchObject({ kind: 'failed', error: { code: 'unavailable' } });
  });

  it('does not wait for ever for the last finals', async () => {
    const { session, seconds } = setUp();
    const closing = session.close();
    await seconds(5, () => {});
    expect(await closing).toMatchObject({ kind: 'failed', error: { code: 'unavailable' } });
  });

  it('drops everything when cancelled, and keeps the first reason', async () => {
    const { calls, session, controller } = setUp();
    controller.abort();
    session.ended({ kind: 'closed' });
    expect(await session.closed).toEqual({ kind: 'cancelled' });
    expect(calls).toEqual(['abort']);
  });
});
