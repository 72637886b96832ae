import { describe, expect, it } from 'vitest';
import { createLayerSwitch } from './layer-switch.ts';
import { isRtcp, pictureLossIndication, withoutEstimate } from './rtcp.ts';
import { beginsKeyframe, payloadTypes, rtpHeaderOf } from './rtp.ts';

const [small, large, receiverKnows] = [1001, 1002, 7];
const layers = [
  { ssrc: small, height: 180 },
  { ssrc: large, height: 360 },
];
const [key, delta] = [Buffer.from([0x10, 0, 0, 0]), Buffer.from([0x10, 1, 0, 0])];

function rtp(
  payload: Buffer,
  { ssrc = small, sequence = 0, timestamp = 0, type = payloadTypes.VP8 as number } = {},
): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(type, 1);
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(timestamp, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, payload]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}

/** At a time of day in seconds. */
function senderReportOf(ssrc: number, { seconds, timestamp }: { seconds: number; timestamp: number }): Buffer {
  return words(0x80c80006, ssrc, seconds, 0, timestamp, 1, 1);
}

function setUp() {
  const asked: number[] = [];
  const clock = { now: 1000 };
  const one = createLayerSwitch({ ssrc: receiverKnows, askKeyframe: (ssrc) => asked.push(ssrc), now: () => clock.now });
  one.want(layers, Infinity);
  const take = (packet: Buffer) => {
    const passed = one.media(packet);
    return passed && rtpHeaderOf(passed);
  };
  return { one, asked, clock, take };
}

describe('createLayerSwitch', () => {
  it('begins with any layer’s keyframe, changes to the wanted one at its next, and numbers go on', () => {
    const { asked, clock, take } = setUp();
    expect(take(rtp(delta, { sequence: 9 }))).toBeUndefined();
    expect(take(rtp(key, { sequence: 10, timestamp: 5000 }))).toMatchObject({ ssrc: receiverKnows, sequence: 10 });
    clock.now += 1000;
    expect(take(rtp(delta, { ssrc: large, sequence: 500, timestamp: 90 }))).toBeUndefined();
    expect(take(rtp(delta, { ssrc: large, sequence: 501, timestamp: 90 }))).toBeUndefined();
    expect(asked).toEqual([small, large]);
    expect(take(rtp(delta, { sequence: 11, timestamp: 8000 }))).toMatchObject({ sequence: 11, timestamp: 8000 });
    clock.now += 100;
    expect(take(rtp(key, { ssrc: large, sequence: 502, timestamp: 180 }))).toMatchObject({
      ssrc: receiverKnows,
      sequence: 12,
      timestamp: 17_000,
    });
    expect(take(rtp(delta, { ssrc: large, sequence: 503, timestamp: 6180 }))).toMatchObject({ timestamp: 23_000 });
    expect(take(rtp(delta, { sequence: 12, timestamp: 17_000 }))).toBeUndefined();
  });

  it('takes the times from the sender’s reports where it has them, and translates the report', () => {
    const { one, take } = setUp();
    take(rtp(key, { sequence: 10, timestamp: 90_000 }));
    expect(one.report(senderReportOf(small, { seconds: 50, timestamp: 90_000 }))?.readUInt32BE(16)).toBe(90_000);
    expect(one.report(senderReportOf(large, { seconds: 50, timestamp: 7 }))).toBeUndefined();
    // Half a second after both reports, whenever it comes.
    expect(take(rtp(key, { ssrc: large, sequence: 1, timestamp: 45_007 }))?.timestamp).toBe(135_000);
    const report = one.report(senderReportOf(large, { seconds: 51, timestamp: 90_007 }));
    expect([report?.readUInt32BE(4), report?.readUInt32BE(16), report?.length]).toEqual([receiverKnows, 180_000, 28]);
  });

  it('keeps the smallest layer that is large enough', () => {
    const { one, take } = setUp();
    one.want(layers, 180);
    take(rtp(key, { ssrc: large }));
    expect(take(rtp(key, { ssrc: small }))).toBeDefined();
    expect(take(rtp(key, { ssrc: large }))).toBeUndefined();
    one.want(layers, 181);
    expect(take(rtp(key, { ssrc: large }))).toBeDefined();
  });

  it('turns a receiver’s requests into ones about the layer that it gets, and leaves all else alone', () => {
    const { one, take } = setUp();
    expect(one.upward(pictureLossIndication(receiverKnows))).toBeUndefined();
    take(rtp(key, { sequence: 10 }));
    take(rtp(key, { ssrc: large, sequence: 500 }));
    expect(one.upward(pictureLossIndication(receiverKnows))).toEqual(pictureLossIndication(large));
    expect(one.upward(pictureLossIndication(99))).toEqual(pictureLossIndication(99));
    // A NACK of the receiver's packet 11, the layer's 500.
    expect(one.upward(words(0x81cd0003, 1, receiverKnows, 11 << 16))).toEqual(words(0x81cd0003, 1, large, 500 << 16));
    const block = (ssrc: number, loss: number, sequence: number) => [ssrc, loss, sequence, 3, 4, 5];
    const reports = words(0x82c9000d, 1, ...block(receiverKnows, 0x10000001, 11), ...block(55, 0x10000001, 11));
    expect(one.upward(reports)).toEqual(words(0x82c9000d, 1, ...block(large, 0, 500), ...block(55, 0x10000001, 11)));
  });
});

describe('beginsKeyframe', () => {
  it('knows the first packet of a keyframe in each codec', () => {
    const begins = (type: number, ...payload: number[]) => beginsKeyframe(rtp(Buffer.from(payload), { type }));
    const { VP8, VP9, H264, AV1 } = payloadTypes;
    // With a picture id of two bytes and a temporal layer; a later packet; an inter frame.
    expect([
      begins(VP8, 0x90, 0xe0, 0x80, 1, 2, 3, 0x00),
      begins(VP8, 0x00, 0, 0, 0),
      begins(VP8, 0x10, 1, 0, 0),
    ]).toEqual([...[true, false, false]]);
    // Lowest spatial layer, the one above it, one that is predicted.
    expect([begins(VP9, 0xa8, 1, 0, 0), begins(VP9, 0xa8, 1, 0x02, 0), begins(VP9, 0xe8, 1, 0, 0)]).toEqual([
      ...[true, false, false],
    ]);
    // Parameter sets alone and together, the first piece of an IDR picture, its next one, a plain slice.
    expect([
      begins(H264, 0x67, 0, 0, 0),
      begins(H264, 0x78, 0, 9, 0x67),
      begins(H264, 0x7c, 0x85, 0, 0),
      begins(H264, 0x7c, 0x05, 0, 0),
      begins(H264, 0x61, 0, 0, 0),
    ]).toEqual([true, true, true, false, false]);
    expect([begins(AV1, 0x18, 0, 0, 0), begins(AV1, 0x10, 0, 0, 0)]).toEqual([true, false]);
  });
});

describe('withoutEstimate', () => {
  it('takes a receiver’s estimate out of a compound and leaves the rest', () => {
    const estimate = words(0x8fce0004, 1, 0, 0x52454d42, 0x01064470);
    const report = words(0x80c90001, 1);
    expect(withoutEstimate(Buffer.concat([report, estimate]))).toEqual(report);
    expect(isRtcp(withoutEstimate(pictureLossIndication(3)))).toBe(true);
  });
});
