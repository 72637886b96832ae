import { describe, expect, it } from 'vitest';
import { Faults, type Fault } from './faults.ts';

describe('Faults', () => {
  it('gives each fault once, the oldest first, to its own vendor and mode', () => {
    const faults = new Faults();
    faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'stall', after: 3 });
    faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'malformed' });
    expect(faults.take('deepgram', 'batch')).toBeUndefined();
    expect(faults.take('assemblyai', 'streaming')).toBeUndefined();
    expect(faults.take('deepgram', 'streaming')).toMatchObject({ kind: 'stall', after: 3 });
    expect(faults.take('deepgram', 'streaming')).toMatchObject({ kind: 'malformed', after: 0 });
    expect(faults.take('deepgram', 'streaming')).toBeUndefined();
  });

  it('refuses a fault it does not know', () => {
    expect(() =>
      new Faults().next({ vendor: 'deepgram', mode: 'batch', kind: 'gremlins' } as unknown as Fault),
    ).toThrow();
  });
});
