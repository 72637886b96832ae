import type { LiveAudioEncoding, TrackOwner } from '@earshot/kernel';

/** Whom a slice of mixed audio is attributed to. */
export interface Speaker {
  readonly id: string;
  readonly name: string;
}

/** The name that stands for nobody in the public contract. */
const NOBODY = 'NoSpeaker';

/** A speaker as the live audio socket names them; an unknown one is named as such. */
export function speakerOf(owner: Pick<TrackOwner, 'participantId' | 'name'> | undefined): Speaker {
  return { id: owner?.participantId ?? '', name: owner?.name || NOBODY };
}

/** Samples a second of live audio (public contract). */
export const RATE = 48_000;

/** One message, and which samples of the recording it has. */
export interface LiveFrame {
  readonly bytes: Buffer;
  /** Its first sample. */
  readonly at: number;
  /** None where it is about somebody's speech and has none of it. */
  readonly samples: number;
  readonly isText?: boolean;
}

/** What a binary message of the live audio socket has behind its names; PCM is 16-bit little endian, mono. */
const types = { pcm: 0x01, opus: 0x02 } as const;
export interface LivePayload {
  readonly encoding: LiveAudioEncoding;
  readonly payload: Int16Array | Uint8Array;
}

/** Lengths are 16 bits. */
const longestText = 0xffff;

/** One binary message of the live audio socket: type, speaker id, speaker name, PCM or one Opus packet; lengths little endian. */
export function encodeLiveFrame(speaker: Speaker, { encoding, payload }: LivePayload): Buffer {
  const id = Buffer.from(speaker.id).subarray(0, longestText);
  const name = Buffer.from(speaker.name).subarray(0, longestText);
  const frame = Buffer.allocUnsafe(5 + id.length + name.length + payload.byteLength);
  frame.writeUInt8(types[encoding], 0);
  frame.writeUInt16LE(id.length, 1);
  id.copy(frame, 3);
  frame.writeUInt16LE(name.length, 3 + id.length);
  name.copy(frame, 5 + id.length);
  frame.set(new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength), 5 + id.length + name.length);
  return frame;
}
