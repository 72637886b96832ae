import { Audio, Video } from 'node-datachannel';
import { payloadTypes } from './rtp.ts';

/** What a person may send through the forwarding unit; `video` is the camera. */
export const KINDS = ['audio', 'video', 'screen'] as const;
export type Kind = (typeof KINDS)[number];

/** The level that every browser decodes, and that its encoders send. */
const H264_PROFILE = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';

/** One line of an offer: the same codecs under the same numbers for all, so that packets may pass as they are. VP8 unless a sender chooses. */
export function mediaOf(kind: Kind, mid: string): Audio | Video {
  if (kind !== 'audio') {
    const media = new Video(mid, 'RecvOnly');
    media.addVP8Codec(payloadTypes.VP8);
    media.addVideoCodec(payloadTypes.VP9, 'VP9', 'profile-id=0');
    media.addH264Codec(payloadTypes.H264, H264_PROFILE);
    media.addVideoCodec(payloadTypes.AV1, 'AV1');
    return media;
  }
  const media = new Audio(mid, 'RecvOnly');
  media.addOpusCodec(111, 'minptime=10;useinbandfec=1');
  media.parseSdpLine('a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level');
  return media;
}

/** One receiver's guess of its own bandwidth says nothing about another's. */
export function withoutEstimates(sdp: string): string {
  return sdp.replace(/^a=rtcp-fb:\d+ goog-remb\r\n/gm, '');
}

/** The (first) number under which a page sends by one of its transceivers; undefined where it sends nothing. */
export function ssrcOf(sdp: string, mid: string): number | undefined {
  const section = sdp.split(/^m=/m).find((text) => text.includes(`\na=mid:${mid}\r`));
  const ssrc = /^a=ssrc:(\d+)/m.exec(section ?? '')?.[1];
  return ssrc === undefined ? undefined : Number(ssrc);
}

/** The id of a person's stream, as receivers have it: voice and camera belong together. */
export function streamOf(from: string, kind: Kind): string {
  return kind === 'screen' ? `${from}-screen` : from;
}
