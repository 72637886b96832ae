import { describe, expect, it } from 'vitest';
import { silentLog, type Log } from '@earshot/kernel';
import { readFact } from './read-fact.ts';

const fact = { id: 'f', subject: 'bots.b.joining', payload: Buffer.from('x'), sequence: 7 };

describe('readFact', () => {
  it('reads', () => {
    expect(readFact({ decode: (payload) => Buffer.from(payload).toString() }, fact, silentLog)).toBe('x');
  });

  it('passes over what cannot be read, and logs where it was', () => {
    const errors: unknown[] = [];
    const log: Log = { ...silentLog, error: (_message, fields) => void errors.push(fields) };
    const broken = {
      decode(): never {
        throw new Error('cut short');
      },
    };
    expect(readFact(broken, fact, log)).toBeUndefined();
    expect(errors).toMatchObject([{ subject: 'bots.b.joining', sequence: 7 }]);
  });
});
