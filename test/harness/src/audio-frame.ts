/** One binary message of the live audio socket. */
export interface LiveAudioFrame {
  readonly speakerId: string;
  readonly speakerName: string;
  /** 16-bit little endian, 48 kHz, mono. */
  readonly pcm: Buffer;
  /** When it came, milliseconds since 1970. */
  readonly at: number;
}

/** Reads a frame by the documented layout (public API, live audio). Throws when a byte is out of place. */
export function parseAudioFrame(message: Buffer, at: number): LiveAudioFrame {
  if (message.readUInt8(0) !== 0x01) throw new Error(`unexpected message type ${message.readUInt8(0)}`);
  const idLength = message.readUInt16LE(1);
  const nameLength = message.readUInt16LE(3 + idLength);
  const audioStart = 5 + idLength + nameLength;
  const pcm = message.subarray(audioStart);
  if (audioStart > message.length || pcm.length % 2 !== 0) throw new Error('the frame is cut short');
  return {
    speakerId: message.toString('utf8', 3, 3 + idLength),
    speakerName: message.toString('utf8', 5 + idLength, audioStart),
    pcm,
    at,
  };
}
