import { describe, expect, it } from 'vitest';
import { isRtcp, pictureLossIndication, requestsIn } from './rtcp.ts';

/** A feedback message about one sender: its header, who asks, about whom, and what belongs to it. */
function feedback(format: number, type: number, ...words: number[]): Buffer {
  const packet = Buffer.alloc(4 * (3 + words.length));
  packet.writeUInt8(0x80 | format, 0);
  packet.writeUInt8(type, 1);
  packet.writeUInt16BE(2 + words.length, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(7, 8);
  for (const [index, word] of words.entries()) packet.writeUInt32BE(word, 12 + 4 * index);
  return packet;
}

const receiverReport = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 1]);
const nack = feedback(1, 205, 0x00050000);
const estimate = feedback(15, 206, 0x52454d42, 0);

describe('isRtcp', () => {
  it('knows reports and feedback from voice and picture', () => {
    expect([receiverReport, nack, pictureLossIndication(7)].map(isRtcp)).toEqual([true, true, true]);
    // Payload type 111, without and with the marker bit.
    expect([Buffer.from([0x90, 111]), Buffer.from([0x90, 0x80 | 111]), Buffer.alloc(0)].map(isRtcp)).toEqual([
      ...[false, false, false],
    ]);
  });
});

describe('requestsIn', () => {
  it('counts what a compound packet asks for, and nothing else of it', () => {
    const compound = Buffer.concat([receiverReport, nack, pictureLossIndication(7), feedback(4, 206, 7, 0), estimate]);
    expect(requestsIn(compound)).toEqual({ keyframes: 2, retransmissions: 1 });
    expect(requestsIn(receiverReport)).toEqual({ keyframes: 0, retransmissions: 0 });
  });

  it('ends with a packet that is cut off', () => {
    expect(requestsIn(Buffer.concat([nack, pictureLossIndication(7).subarray(0, 3)]))).toEqual({
      keyframes: 0,
      retransmissions: 1,
    });
  });
});

describe('pictureLossIndication', () => {
  it('is the message of RFC 4585', () => {
    expect(pictureLossIndication(0x01020304).toString('hex')).toBe('81ce00020000000101020304');
  });
});
