import type { VideoCodec } from '../page-protocol/video-layout.ts';

/**
 * Whole key frames of 16x16 points of black. Made by Chromium's own encoders (VideoEncoder with a black canvas and a key frame asked
 * for: `vp8`, `vp09.00.10.08`, `avc1.42001f` in Annex B, `av01.0.04M.08`; the latter without its temporal delimiter, as in RTP). They
 * stand in for every video frame: decoding them costs nothing, and the browser, which goes on seeing frames that can be decoded, does
 * not ask the senders for key frames as it would if they were dropped.
 */
const tiny: Readonly<Record<VideoCodec, ArrayBuffer>> = {
  vp8: bytesOf('1002009d012a1000100000070885858899848801241000606b00feffbaff40'),
  vp9: bytesOf(
    '824983425000f000f60638241c183a0000204000229bffffb74603e63aa44484fbf2f56c2e91a2ecd3d7c926756762cf396b50f1ecbc09a61c4800',
  ),
  h264: bytesOf('000000016742c00a8c8d4e4dc0434041e1108d400000000168ce3c800000000165b80004000009fffff87a2800082ffc'),
  av1: bytesOf('0a0c000000019ff8034404340610320f104a000820821000243950542fa26c'),
};

/**
 * No decoder can do anything with it, and so WebRTC asks the sender for a key frame, once, and again each 200 ms until one has come:
 * what is written by `createEncodedStreams` has no other way to ask.
 */
const undecodable: Readonly<Record<VideoCodec, ArrayBuffer>> = {
  vp8: new Uint8Array(32).buffer,
  vp9: new Uint8Array(32).buffer,
  h264: new Uint8Array(32).buffer,
  av1: new Uint8Array(32).fill(0xff).buffer,
};

/** The frame for the decoder in the place of a received one. */
export function tinyFrame(codec: VideoCodec): ArrayBuffer {
  return tiny[codec].slice(0);
}

/** A frame for the decoder that has it ask for a key frame. */
export function undecodableFrame(codec: VideoCodec): ArrayBuffer {
  return undecodable[codec].slice(0);
}

function bytesOf(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
}
