import { describe, expect, it } from 'vitest';
import { IngestEpoch } from './ingest-epoch.ts';

const batch = (sequence: number, clockMs: number) => ({
  ...{ sequence, clockMs, audioUntil: clockMs * 48 },
  speechUntil: new Map<string, number>(),
});

describe('IngestEpoch', () => {
  it('counts its batches from one, and from behind those that are safe where it is resumed', () => {
    expect(new IngestEpoch({ epoch: 2, shiftMs: 0, idPrefix: '', durableSequence: 0 }).nextSequence).toBe(1);
    const resumed = new IngestEpoch({ epoch: 2, shiftMs: 0, idPrefix: '', durableSequence: 7 });
    expect([resumed.nextSequence, resumed.acknowledged]).toEqual([8, 7]);
  });

  it('has a clock that only goes forward', () => {
    const epoch = new IngestEpoch({ epoch: 1, shiftMs: 0, idPrefix: '', durableSequence: 0 });
    epoch.add(batch(1, 200));
    epoch.add(batch(2, 150));
    expect([epoch.clockMs, epoch.clockAfter(100), epoch.clockAfter(300), epoch.clockMs]).toEqual([200, 200, 300, 200]);
  });

  it('acknowledges each batch once, in order, when it is safe', () => {
    const epoch = new IngestEpoch({ epoch: 1, shiftMs: 0, idPrefix: '', durableSequence: 0 });
    epoch.add(batch(1, 100));
    epoch.add(batch(2, 200));
    const advance = (ms: number) => epoch.advance({ samples: ms * 48, committedMs: () => Infinity });
    expect([advance(100), epoch.acknowledge(1), epoch.acknowledge(1)]).toEqual([1, true, false]);
    expect([advance(200), epoch.acknowledge(2), epoch.acknowledge(1), epoch.acknowledged]).toEqual([2, true, false, 2]);
  });
});
