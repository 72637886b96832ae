import type { TrackOwner } from '@earshot/kernel';

/** Whom a slice of mixed audio is attributed to. */
export interface Speaker {
  readonly id: string;
  readonly name: string;
}

/** The name that stands for nobody in the public contract. */
const NOBODY = 'NoSpeaker';

/** The dominant speaker as the live audio socket names it; an unknown one is named as such. */
export function speakerOf(owner: Pick<TrackOwner, 'participantId' | 'name'> | undefined): Speaker {
  return { id: owner?.participantId ?? '', name: owner?.name || NOBODY };
}

/** Samples a second of live audio (public contract). */
export const RATE = 48_000;

/** One binary message, and which samples of the recording it has. */
export interface LiveFrame {
  readonly bytes: Buffer;
  /** Its first sample. */
  readonly at: number;
  readonly samples: number;
}

const audioType = 0x01;
/** Lengths are 16 bits. */
const longestText = 0xffff;

/** One binary message of the live audio socket: type, speaker id, speaker name, PCM; lengths little endian. */
export function encodeLiveFrame(speaker: Speaker, pcm: Int16Array): Buffer {
  const id = Buffer.from(speaker.id).subarray(0, longestText);
  const name = Buffer.from(speaker.name).subarray(0, longestText);
  const frame = Buffer.allocUnsafe(5 + id.length + name.length + pcm.byteLength);
  frame.writeUInt8(audioType, 0);
  frame.writeUInt16LE(id.length, 1);
  id.copy(frame, 3);
  frame.writeUInt16LE(name.length, 3 + id.length);
  name.copy(frame, 5 + id.length);
  frame.set(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength), 5 + id.length + name.length);
  return frame;
}
