import { describe, expect, it } from 'vitest';
import type { BotId } from '@earshot/kernel';
import { Outbox } from './outbox.ts';

const seat = (botId: string) => ({ botId: botId as BotId, epoch: 1 });

describe('Outbox', () => {
  it('keeps observations in order until they are acknowledged', () => {
    const outbox = new Outbox();
    outbox.add(seat('a'), { seen: 'knocked' }, 1);
    outbox.add(seat('a'), { seen: 'entered' }, 2);
    const ended = {
      seen: 'ended',
      reason: 'removed',
      detail: '',
      retryable: false,
      isRecordingPending: false,
    } as const;
    outbox.add(seat('b'), ended, 3);
    expect(outbox.acknowledge(1)).toEqual([]);
    expect(outbox.all().map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(outbox.acknowledge(3)).toEqual([seat('b')]);
    expect(outbox.isEmpty).toBe(true);
    expect(outbox.add(seat('c'), { seen: 'knocked' }, 4).sequence).toBe(4);
  });

  it('forgets what concerns a stale seat', () => {
    const outbox = new Outbox();
    outbox.add(seat('a'), { seen: 'knocked' }, 1);
    outbox.add(seat('b'), { seen: 'knocked' }, 1);
    outbox.forget(seat('a'));
    expect(outbox.all().map((observation) => observation.seat.botId)).toEqual(['b']);
  });
});
