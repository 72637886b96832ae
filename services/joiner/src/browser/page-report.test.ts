import { describe, expect, it } from 'vitest';
import { pageId } from '../platforms/page-text.ts';
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
const message = (rest: object) =>
  JSON.stringify({
    document: '1',
    isTop: true,
    at: 1001,
    videoTracks: [],
    connected: [],
    frames: '',
    events: [],
    ...rest,
  });
const withFrames = (...frames: Buffer[]) => message({ frames: Buffer.concat(frames).toString('base64') });

describe('parsePageReport', () => {
  it('reads frames and events', () => {
    const track = { kind: 'track', track: 7, id: 'abc', media: 'audio', tap: 'encoded', why: '', connection: 2 };
    const connection = {
      kind: 'connection',
      connection: 2,
      sends: true,
      local: ['sha-256 aa'],
      remote: ['sha-256 bb', 7, 'x'.repeat(500)],
    };
    const report = parsePageReport(
      message({
        frames: Buffer.concat([frame(), frame()]).toString('base64'),
        events: [connection, track, { kind: 'speaking', at: 1000, participantIds: ['a'] }],
        ...{ videoTracks: [7], connected: [2] },
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
    expect(report).toMatchObject({ videoTracks: [7], connected: [2], refused: 0 });
    expect(report?.events).toEqual([
      { kind: 'connection', connection: 2, local: ['sha-256 aa'], remote: ['sha-256 bb'], sends: true },
      { kind: 'track', track: 7, id: 'abc', media: 'audio', tap: 'encoded', why: '', connection: 2 },
      { kind: 'speaking', at: 1000, participantIds: ['a'] },
    ]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['null', 'null'],
    ['an array', '[]'],
    ['too much', message({ frames: 'A'.repeat(300_000) })],
    ['a time that is none', message({ at: 'soon' })],
    ['a time beyond all numbers', message({}).replace('1001', '1e999')],
    ['a count in the place of connections', message({ connected: 1 })],
    ['tracks beyond all numbers', message({ videoTracks: [0.5] })],
    ['a document that calls itself at length', message({ document: 'x'.repeat(300) })],
  ])('refuses %s', (_, payload) => {
    expect(parsePageReport(payload)).toBeUndefined();
  });

  const said = { kind: 'speaking', at: 1000, participantIds: ['b'] };
  it.each([
    ['an unknown event', { kind: 'leave' }],
    ['no event at all', null],
    ['a mark without its time', { kind: 'speaking', participantIds: ['a'] }],
    ['a mark of nobody listed', { kind: 'speaking', at: 1000, participantIds: 'a' }],
    [
      'a track with a number beyond all',
      { kind: 'track', track: 1e300, id: 'a', media: 'audio', tap: 'none', why: '' },
    ],
    ['a track without an id', { kind: 'track', track: 1, id: {}, media: 'audio', tap: 'none', why: '' }],
    ['a track of another medium', { kind: 'track', track: 1, id: 'a', media: 'smell', tap: 'none', why: '' }],
    ['a track by an unknown tap', { kind: 'track', track: 1, id: 'a', media: 'audio', tap: 'ear', why: '' }],
  ])('leaves out %s, and neither sound nor the other events', (_, hostile) => {
    const report = parsePageReport(message({ frames: frame().toString('base64'), events: [hostile, said] }));
    expect(report?.frames).toHaveLength(1);
    expect(report?.events).toEqual([{ kind: 'speaking', at: 1000, participantIds: ['b'] }]);
    expect(report?.refused).toBe(1);
  });

  it('keeps sound whatever stands in the place of its events, and the first of very many', () => {
    const frames = frame().toString('base64');
    expect(parsePageReport(message({ frames, events: 'none' }))).toMatchObject({
      frames: [{ track: 7 }],
      events: [],
      refused: 1,
    });
    const many = parsePageReport(message({ frames, events: Array(600).fill(said) }));
    expect([many?.frames.length, many?.events.length, many?.refused]).toEqual([1, 500, 100]);
  });

  it('cuts the ids of a display name of any length alike, each apart, and cleans them', () => {
    const names = ['x'.repeat(201), 'y'.repeat(4000), `${'y'.repeat(4000)}z`, 'U+0000 \0', 'half \ud83d'];
    const track = {
      kind: 'track',
      track: 7,
      id: 'x'.repeat(4000),
      media: 'audio',
      tap: 'encoded',
      why: 'w\0'.repeat(400),
    };
    const report = parsePageReport(message({ events: [{ ...said, participantIds: [...names, 7, ''] }, track] }));
    expect(report?.events).toEqual([
      { kind: 'speaking', at: 1000, participantIds: names.map(pageId) },
      { kind: 'track', track: 7, id: pageId(track.id), media: 'audio', tap: 'encoded', why: 'w'.repeat(256) },
    ]);
    expect(new Set(names.map(pageId)).size).toBe(names.length);
  });

  it.each([
    ['a codec nobody knows', frame({ codec: 9 })],
    ['an arrival that is none', frame({ arrived: NaN })],
    ['an arrival before all time', frame({ arrived: -1 })],
    ['a size too large', frame({ payload: Buffer.alloc(9000) })],
  ])('leaves out a frame with %s, and no other', (_, hostile) => {
    const report = parsePageReport(withFrames(frame(), hostile, frame()));
    expect([report?.frames.length, report?.refused]).toEqual([2, 1]);
  });

  it.each([
    ['is cut off', frame({ length: 400 })],
    ['is half a header', frame().subarray(0, 10)],
  ])('keeps the frames before one that %s', (_, hostile) => {
    const report = parsePageReport(withFrames(frame(), hostile));
    expect([report?.frames.length, report?.refused]).toEqual([1, 1]);
  });
});
