/**
 * One macroblock of black: a whole VP8 keyframe, 16x16. Made by Chromium's own encoder (VideoEncoder, vp8, 16x16, black
 * canvas, keyframe). It stands in for every video frame: decoding it costs nothing, and the browser, which goes on seeing
 * frames that can be decoded, does not ask the senders for keyframes as it would if they were dropped.
 */
const TINY_VP8_KEYFRAME = Uint8Array.from(
  '1002009d012a1000100000070885858899848801241000606b00feffbaff40'.match(/../g) ?? [],
  (pair) => parseInt(pair, 16),
).buffer;

/** RFC 6464: the level of 0 to 1 as 0 (loudest) to 127 (silence) -dBov; 255 when the sender does not say. */
function toLevel(audioLevel: number | undefined): number {
  if (audioLevel === undefined) return 255;
  return audioLevel <= 0 ? 127 : Math.min(127, Math.max(0, Math.round(-20 * Math.log10(audioLevel))));
}

/** Reads encoded frames on their way to the decoder. Throws when the receiver's stream cannot be had. */
function attachEncodedTap(
  receiver: RTCRtpReceiver,
  create: () => EncodedStreams,
  { track, outlet }: { track: number; outlet: Outlet },
): void {
  const { readable, writable } = create.call(receiver);
  const transform =
    receiver.track.kind === 'audio'
      ? (frame: EncodedFrame) => takeAudio(frame, track, outlet)
      : (frame: EncodedFrame) => emptyVideo(frame, outlet);
  readable
    .pipeThrough(
      new TransformStream<EncodedFrame, EncodedFrame>({
        transform(frame, controller) {
          try {
            transform(frame);
          } catch {
            // A frame that cannot be read is still the page's to play.
          }
          controller.enqueue(frame);
        },
      }),
    )
    .pipeTo(writable)
    .catch(() => {
      // The receiver is gone, and with it everything that could be heard here.
    });
}

function takeAudio(frame: EncodedFrame, track: number, outlet: Outlet): void {
  const { mimeType = 'audio/opus', rtpTimestamp = 0, audioLevel, contributingSources } = frame.getMetadata();
  outlet.frame({
    track,
    codec: mimeType.toLowerCase() === 'audio/red' ? CODEC_RED : CODEC_OPUS,
    level: toLevel(audioLevel),
    rtpTimestamp,
    source: contributingSources?.[0] ?? 0,
    data: new Uint8Array(frame.data),
  });
}

function emptyVideo(frame: EncodedFrame, outlet: Outlet): void {
  outlet.video();
  // Other codecs would need tiny frames of their own; they pass and cost their decoding.
  if (frame.getMetadata().mimeType?.toLowerCase() === 'video/vp8') frame.data = TINY_VP8_KEYFRAME.slice(0);
}
