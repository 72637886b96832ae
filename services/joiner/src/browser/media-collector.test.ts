import { describe, expect, it } from 'vitest';
import { FakeClock, silentLog } from '@earshot/kernel';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import { MediaCollector } from './media-collector.ts';

/** The page's clock is this far from ours. */
const SKEW = 5000;

function setUp() {
  const clock = new FakeClock();
  const batches: IngestBatch[] = [];
  const collector = new MediaCollector({ clock, log: silentLog, onBatch: (batch) => batches.push(batch) });
  interface Told {
    top?: boolean;
    frames?: Buffer[];
    events?: object[];
    delayMs?: number;
    doc?: string;
    videoTracks?: number[];
    connected?: number[];
  }
  const report = (options: Told) =>
    collector.collect(
      JSON.stringify({
        document: options.doc ?? 'doc',
        isTop: options.top ?? true,
        at: clock.now() - SKEW - (options.delayMs ?? 0),
        videoTracks: options.videoTracks ?? [],
        connected: options.connected ?? [],
        frames: Buffer.concat(options.frames ?? []).toString('base64'),
        events: options.events ?? [],
      }),
    );
  const frame = (agoMs: number, level = 20, payload = Buffer.from([1])) => {
    const header = Buffer.alloc(22);
    header.writeUInt16LE(3, 0);
    header.writeUInt8(level, 3);
    header.writeDoubleLE(clock.now() - SKEW - agoMs, 12);
    header.writeUInt16LE(payload.length, 20);
    return Buffer.concat([header, payload]);
  };
  const mark = (id: string, agoMs = 0) => ({ kind: 'speaking', at: clock.now() - SKEW - agoMs, participantIds: [id] });
  const track = { kind: 'track', track: 3, id: 'line', media: 'audio', tap: 'encoded', why: '' };
  return { clock, collector, batches, report, frame, mark, track };
}

describe('Hearing', () => {
  it('lets nothing of a pause out but who comes and goes, though it is reported after it, and counts its voices', async () => {
    const { clock, collector, batches, report, frame, mark, track } = setUp();
    const since = clock.now();
    collector.begin(since);
    report({ events: [track], frames: [frame(0, 20, Buffer.from([1]))] });
    await clock.advance(1000);
    collector.pause.set(true, clock.now());
    collector.note({ participants: [{ participantId: 'ann' }] as never });
    await clock.advance(500);
    report({ frames: [frame(0)], events: [mark('ann')] });
    expect(collector.lastVoiceAt).toBe(clock.now());
    expect(batches.at(-1)).toMatchObject({ isPaused: true, clockMs: 1500, participants: [{ participantId: 'ann' }] });
    await clock.advance(1000);
    collector.pause.set(false, clock.now());
    await clock.advance(100);
    report({ frames: [frame(150, 20, Buffer.from([2])), frame(50, 20, Buffer.from([3]))], events: [mark('ann', 150)] });
    const sent = batches.flatMap(({ frames }) => frames.map(({ payload }) => payload[0]));
    expect([sent, batches.flatMap(({ speaking }) => speaking)]).toEqual([[1, 3], []]);
    expect(batches.map(({ isPaused }) => isPaused)).toEqual([undefined, true, undefined]);
    expect(batches.at(-1)?.clockMs).toBe(2600);
  });

  it('neither hears nor counts what a page sends to itself, in one document or by two', async () => {
    const { clock, collector, batches, report, frame, track } = setUp();
    const connection = (c: number, local: string, remote: string) => ({
      ...{ kind: 'connection', connection: c, local: [`sha-256 ${local}`], remote: [`sha-256 ${remote}`] },
    });
    collector.begin(clock.now());
    report({ events: [connection(0, 'aa', 'bb'), { ...track, connection: 0 }], connected: [0] });
    report({ doc: 'frame', top: false, events: [connection(0, 'bb', 'aa')], connected: [0] });
    await clock.advance(100);
    report({ frames: [frame(20)], connected: [0], videoTracks: [3] });
    const { media } = collector;
    expect([media.isFlowing(), media.isConnected(), media.isRemote('line')]).toEqual([false, false, false]);
    expect(batches.flatMap(({ frames }) => frames)).toEqual([]);
    // The same connection negotiated with somebody else.
    report({ events: [connection(0, 'aa', 'cc')], frames: [frame(0)], connected: [0] });
    expect([media.isFlowing(), media.isConnected(), media.isRemote('line')]).toEqual([true, true, true]);
    expect(batches.flatMap(({ frames }) => frames)).toHaveLength(1);
  });

  it('knows whether a connection stands that took what the page sent, though it is muted', () => {
    const { collector, report } = setUp();
    const connection = (c: number, sends: boolean) => ({
      kind: 'connection',
      connection: c,
      local: [`a${c}`],
      remote: ['b'],
      sends,
    });
    report({ events: [connection(0, true), connection(1, false)], connected: [0, 1] });
    expect(collector.media.isSending()).toBe(true);
    report({ events: [connection(0, false)], connected: [0, 1] });
    expect(collector.media.isSending()).toBe(true);
    report({ connected: [1] });
    expect([collector.media.isConnected(), collector.media.isSending()]).toEqual([true, false]);
  });

  it('knows sound that the page plays from sound that comes by a connection', () => {
    const { collector, report, frame, track } = setUp();
    report({ events: [{ ...track, tap: 'output' }], frames: [frame(0)] });
    expect([collector.media.isFlowing(), collector.media.isSounding()]).toEqual([false, true]);
  });

  it('puts frames on the meeting clock, whatever the page takes for the time', async () => {
    const { clock, collector, batches, report, frame, track } = setUp();
    report({ events: [track] });
    collector.begin(clock.now());
    await clock.advance(100);
    report({ frames: [frame(20)] });
    expect(batches).toMatchObject([{ clockMs: 100, frames: [{ trackId: 'line', arrivedMs: 80, level: 20 }] }]);
    expect(collector.media.isFlowing()).toBe(true);
    expect(collector.media.isRemote('line')).toBe(true);
  });

  it('says nothing before the bot is inside and drops what came before', async () => {
    const { clock, collector, batches, report, frame, track } = setUp();
    report({ events: [track], frames: [frame(5)] });
    expect(batches).toEqual([]);
    collector.begin(clock.now());
    await clock.advance(10);
    report({ frames: [frame(15), frame(5)] });
    expect(batches[0]?.frames.map(({ arrivedMs }) => arrivedMs)).toEqual([5]);
  });

  it('takes no empty packet for sound', async () => {
    const { clock, collector, batches, report, frame, track } = setUp();
    report({ events: [track] });
    collector.begin(clock.now());
    await clock.advance(100);
    report({ frames: [frame(40), frame(20, 255, Buffer.alloc(0))] });
    expect(batches.flatMap(({ frames }) => frames)).toMatchObject([{ arrivedMs: 60 }]);
  });

  it('waits until all that came was told, by every document that is heard', async () => {
    const { clock, collector, report, track } = setUp();
    report({ events: [track] });
    report({ doc: 'advertisement', top: false });
    report({ doc: 'client', top: false, events: [track] });
    await clock.advance(100);
    let isFlushed = false;
    const flushed = collector.untilFlushed().then(() => (isFlushed = true));
    await clock.advance(50);
    report({ delayMs: 20 });
    report({ doc: 'client', top: false, delayMs: 60 });
    await Promise.resolve();
    expect(isFlushed).toBe(false);
    report({ doc: 'client', top: false });
    await flushed;
  });

  it('waits for nobody where nobody is heard', async () => {
    await setUp().collector.untilFlushed();
  });

  it('never lets its clock go back', async () => {
    const { clock, collector, batches, report } = setUp();
    report({});
    collector.begin(clock.now());
    await clock.advance(100);
    report({});
    report({ delayMs: 60 });
    expect(batches.map(({ clockMs }) => clockMs)).toEqual([100, 100]);
  });

  it('carries who came and what was written once', async () => {
    const { clock, collector, batches, report } = setUp();
    collector.begin(clock.now());
    collector.note({ chat: [{ messageId: '1', senderName: 'Ann', senderId: '', text: 'hi', atMs: 0 }] });
    report({});
    report({});
    expect(batches.map(({ chat }) => chat.length)).toEqual([1, 0]);
  });

  it('names a track from the marks of the page', () => {
    const { clock, collector, report, frame, mark, track } = setUp();
    report({ events: [track] });
    collector.begin(clock.now());
    for (let slice = 0; slice < 5; slice++) {
      report({ frames: Array.from({ length: 12 }, () => frame(0)) });
      report({ events: [mark('ann')] });
    }
    expect(collector.attribution.ownerOf('line')).toBe('ann');
    expect(collector.lastVoiceAt).toBe(clock.now());
  });

  it('weighs a mark against what was heard until then, though one message has both', async () => {
    const { clock, collector, batches, report, frame, mark, track } = setUp();
    report({ events: [track] });
    collector.begin(clock.now());
    for (let turn = 0; turn < 10; turn++) {
      await clock.advance(500);
      // Ben has the mark while nothing is received, and Ann once the voice has come.
      const frames = [200, 180, 160].map((agoMs) => frame(agoMs));
      report({ frames, events: [mark('ben', 250), mark('ann', 100)] });
    }
    expect(collector.attribution.ownerOf('line')).toBe('ann');
    expect(batches.at(-1)?.speaking).toEqual([
      { atMs: 4750, participantIds: ['ben'] },
      { atMs: 4900, participantIds: ['ann'] },
    ]);
  });

  it('hands on who has the mark of speaking, on the meeting clock, and no flood of it', async () => {
    const { clock, collector, batches, report, mark } = setUp();
    report({ events: [mark('early')] });
    collector.begin(clock.now());
    await clock.advance(250);
    report({ events: [mark('ann')] });
    await clock.advance(250);
    for (const id of ['ben', 'flood', 'flood']) report({ events: [mark(id)] });
    expect(batches.flatMap(({ speaking }) => speaking)).toEqual([
      { atMs: 250, participantIds: ['ann'] },
      { atMs: 500, participantIds: ['ben'] },
    ]);
  });

  it('counts what has not the known form, and floods', () => {
    const { collector, report } = setUp();
    collector.collect('{"leave": true}');
    expect(collector.counts.refused).toBe(1);
    for (let index = 0; index < 10; index++) collector.collect('x'.repeat(250_000));
    report({});
    expect(collector.counts.refused).toBe(12);
  });
});
