/**
 * Has a sender use the codec (`VP8`, `VP9`, `H264`, `AV1`) and the scalability mode that its owner wishes. Before anything is
 * negotiated the browser's own list counts, afterwards the negotiated one.
 */
export async function applyEncoding(sender, { codec, svc } = {}) {
  if (!codec && !svc) return;
  const parameters = sender.getParameters();
  const isWanted = ({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`.toLowerCase();
  const known = parameters.codecs?.length > 0 ? parameters.codecs : window.RTCRtpSender.getCapabilities('video').codecs;
  const found = codec && known.find(isWanted);
  if (codec && !found) throw new Error(`${codec} cannot be sent here`);
  for (const encoding of parameters.encodings) {
    if (found) {
      const { mimeType, clockRate, sdpFmtpLine } = found;
      encoding.codec = { mimeType, clockRate, ...(sdpFmtpLine && { sdpFmtpLine }) };
    }
    if (svc) encoding.scalabilityMode = svc;
  }
  await sender.setParameters(parameters);
}
