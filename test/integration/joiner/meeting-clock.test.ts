import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformWords } from '@earshot/rpc';
import type { Face } from '@earshot/lab';
import { openFixture, type Fixture } from './fixture.ts';

const faces: readonly (readonly [Face, string[]])[] = [
  ['web', []],
  ['google-meet', []],
  ['teams', []],
  ['zoom', []],
  ['zoom', ['record-request']],
];

describe('the meeting clock', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  it.each(faces)('has one zero, known to all, on %s (%j)', async (face, variants) => {
    const { lab, scheduler, media } = fixture;
    const isAsked = variants.includes('record-request');
    const room = lab.createRoom({ face, variants });
    const ann = await room.join({ name: 'Ann' });
    const bot = scheduler.order({ platform: platformWords.to(face), meetingUrl: room.link });
    let answeredAt = 0;
    if (isAsked) {
      await room.waitFor(() => room.recordingRequests().includes('Earshot'));
      // Something takes its time meanwhile, as a host does.
      await ann.say('the quick brown fox jumps over the lazy dog');
      answeredAt = Date.now();
      room.host.answerRecording('Earshot', 'allowed');
    }
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    const zero = scheduler.seenAt(bot.botId, 'recordingStarted');
    expect(zero).toBe(media.of(bot.botId)?.start.startedAt?.getTime());
    const entered = scheduler.seenAt(bot.botId, 'entered');
    expect(zero).toBeGreaterThanOrEqual(Math.max(entered, answeredAt - 1));

    // A message has the time at which it was written, whatever the host took.
    const spokenAt = Date.now();
    await ann.sendChat('hello');
    const line = await media.moments.until(
      () => media.chatOf(bot.botId).find(({ text }) => text === 'hello'),
      'the chat',
    );
    expect(zero + line.atMs).toBeGreaterThanOrEqual(spokenAt - 1);
    expect(zero + line.atMs).toBeLessThanOrEqual(Date.now() + 1);
    scheduler.stop(bot);
    await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    await ann.leave();
  });
});
