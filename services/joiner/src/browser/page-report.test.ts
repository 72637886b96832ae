import { describe, expect, it } from 'vitest';
import { parsePageReport } from './page-report.ts';

function frame(overrides: { codec?: number; length?: number; payload?: Buffer; arrived?: number } = {}): Buffer {
  const payload = overrides.payload ?? Buffer.from([1, 2, 3]);
  const header = Buffer.alloc(22);
  header.writeUInt16LE(7, 0);
  header.writeUInt8(overrides.codec ?? 0, 2);
  header.writeUInt8(31, 3);
  header.writeUInt32LE(960, 4);
  header.writeDoubleLE(overrides.arrived ?? 1000.5, 12);
  header.writeUInt16LE(overrides.length ?? payload.length, 20);
  return Buffer.concat([header, payload]);
}
const message = (rest: object) => JSON.stringify({ d: '1', top: true, t: 1001, v: 0, c: 0, f: '', e: [], ...rest });
const withFrames = (...frames: Buffer[]) => message({ f: Buffer.concat(frames).toString('base64') });

describe('parsePageReport', () => {
  it('reads frames and events', () => {
    const track = { k: 'track', i: 7, id: 'abc', kind: 'audio', tap: 'encoded', why: '' };
    const report = parsePageReport(
      message({
        f: Buffer.concat([frame(), frame()]).toString('base64'),
        e: [track, { k: 'speaking', t: 1000, ids: ['a'] }],
      }),
    );
    expect(report?.frames).toHaveLength(2);
    expect(report?.frames[1]).toMatchObject({
      track: 7,
      codec: 'opus',
      level: 31,
      rtpTimestamp: 960,
      arrivedAt: 1000.5,
    });
    expect([...(report?.frames[1]?.payload ?? [])]).toEqual([1, 2, 3]);
    expect(report?.events).toEqual([
      { kind: 'track', track: 7, id: 'abc', media: 'audio', tap: 'encoded', why: '' },
      { kind: 'speaking', at: 1000, participantIds: ['a'] },
    ]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['null', 'null'],
    ['an array', '[]'],
    ['too much', message({ f: 'A'.repeat(300_000) })],
    ['a time that is none', message({ t: 'soon' })],
    ['a frame cut off', withFrames(frame({ length: 400 }))],
    ['half a header', message({ f: frame().subarray(0, 10).toString('base64') })],
    ['a codec nobody knows', withFrames(frame({ codec: 9 }))],
    ['an arrival that is none', withFrames(frame({ arrived: NaN }))],
    ['a frame too large', withFrames(frame({ payload: Buffer.alloc(9000) }))],
    ['an unknown event', message({ e: [{ k: 'leave' }] })],
    ['a mark without its time', message({ e: [{ k: 'speaking', ids: ['a'] }] })],
    ['a long id', message({ e: [{ k: 'speaking', t: 1000, ids: ['x'.repeat(300)] }] })],
  ])('refuses %s', (_, payload) => {
    expect(parsePageReport(payload)).toBeUndefined();
  });
});
