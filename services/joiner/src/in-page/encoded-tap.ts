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

/**
 * 60 ms of silence: an Opus packet of three frames (the low bits of the first byte, and the second) of 20 ms, full band, one
 * channel, each with its first flag set, after which nothing is read (RFC 6716 §3.2.5, §4.3).
 */
const SILENT_OPUS = Uint8Array.of(0xfb, 3, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe).buffer;
/** As much of Opus's clock, which runs at 48 kHz for every rate (RFC 7587 §4.1). */
const SILENT_TICKS = 2880;

/**
 * Reads encoded frames on their way to the decoder, and leaves little to be decoded, since nobody looks at this page or
 * listens to it. Throws when the receiver's stream cannot be had.
 */
function attachEncodedTap(
  receiver: RTCRtpReceiver,
  create: () => EncodedStreams,
  { track, outlet }: { track: number; outlet: Outlet },
): void {
  const { readable, writable } = create.call(receiver);
  const take = receiver.track.kind === 'audio' ? audioTap(track, outlet) : videoTap(outlet);
  // Not pipes, which take more steps for each frame, and there are two hundred a second.
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const pass = async (): Promise<void> => {
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      if (isToBePlayed(frame, take)) writer.write(frame).catch(() => {});
    }
  };
  pass().catch(() => {
    // The receiver is gone, and with it everything that could be heard here.
  });
}

/** Sees a frame; answers whether it is to go on to the decoder. */
type Take = (frame: EncodedFrame) => boolean;

function isToBePlayed(frame: EncodedFrame, take: Take): boolean {
  try {
    return take(frame);
  } catch {
    // A frame that cannot be read is still the page's to play.
    return true;
  }
}

/**
 * What the decoder gets in place of a voice is silence, a packet in three. The browser goes on seeing packets that play, with
 * their senders' numbers and levels, which pages show as marks of speaking.
 */
function audioTap(track: number, outlet: Outlet): Take {
  let silentUntil: number | undefined;
  return (frame) => {
    const { mimeType = 'audio/opus', rtpTimestamp = 0, audioLevel, contributingSources } = frame.getMetadata();
    const codec = mimeType.toLowerCase();
    outlet.frame({
      track,
      codec: codec === 'audio/red' ? CODEC_RED : CODEC_OPUS,
      level: toLevel(audioLevel),
      rtpTimestamp,
      source: contributingSources?.[0] ?? 0,
      data: new Uint8Array(frame.data),
    });
    // Others would need silence of their own.
    if (codec !== 'audio/opus') return true;
    // The clock wraps around, and a sender may start anew anywhere.
    const leftTicks = silentUntil === undefined ? 0 : (silentUntil - rtpTimestamp) | 0;
    if (leftTicks > 0 && leftTicks < SILENT_TICKS) return false;
    silentUntil = rtpTimestamp + SILENT_TICKS;
    frame.data = SILENT_OPUS;
    return true;
  };
}

function videoTap(outlet: Outlet): Take {
  return (frame) => {
    outlet.video();
    // Other codecs would need tiny frames of their own; they pass and cost their decoding.
    if (frame.getMetadata().mimeType?.toLowerCase() === 'video/vp8') frame.data = TINY_VP8_KEYFRAME.slice(0);
    return true;
  };
}
