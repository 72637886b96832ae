import { describe, expect, it } from 'vitest';
import type { BotId } from '@earshot/kernel';
import { UnackedReports } from './unacked-reports.ts';

const ref = (botId: string) => ({ botId: botId as BotId, epoch: 1 });

describe('Outbox', () => {
  it('keeps reports in order until they are acknowledged', () => {
    const unackedReports = new UnackedReports();
    unackedReports.add(ref('a'), { seen: 'knocked' }, 1);
    unackedReports.add(ref('a'), { seen: 'entered' }, 2);
    const ended = {
      seen: 'ended',
      reason: 'removed',
      detail: '',
      retryable: false,
      isRecordingPending: false,
    } as const;
    unackedReports.add(ref('b'), ended, 3);
    expect(unackedReports.acknowledge(1)).toEqual([]);
    expect(unackedReports.all().map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(unackedReports.acknowledge(3)).toEqual([ref('b')]);
    expect(unackedReports.isEmpty).toBe(true);
    expect(unackedReports.add(ref('c'), { seen: 'knocked' }, 4).sequence).toBe(4);
  });

  it('forgets what concerns a stale assignment', () => {
    const unackedReports = new UnackedReports();
    unackedReports.add(ref('a'), { seen: 'knocked' }, 1);
    unackedReports.add(ref('b'), { seen: 'knocked' }, 1);
    unackedReports.forget(ref('a'));
    expect(unackedReports.all().map((report) => report.ref.botId)).toEqual(['b']);
  });
});
