/**
 * The one connection of a room whose media go through a forwarding unit. The unit makes every offer; by the transceivers `up-audio` and
 * `up-video` this page sends, and each stream that comes has its sender's id.
 */
export class ForwardedPeer {
  #local;
  #send;

  constructor({ local, send, onTrack }) {
    this.#local = local;
    this.#send = send;
    this.connection = new RTCPeerConnection();
    this.connection.ontrack = onTrack;
  }

  async receive({ description, candidate }) {
    const { connection } = this;
    if (candidate) await connection.addIceCandidate(candidate);
    if (!description) return;
    await connection.setRemoteDescription(description);
    for (const kind of ['audio', 'video']) await this.#setUp(kind, this.#local.track(kind));
    await connection.setLocalDescription();
    this.#send({ description: connection.localDescription });
  }

  /** Sends a track, or stops sending one; a first of its kind takes another offer. */
  async setTrack(kind, track) {
    if (await this.#setUp(kind, track)) this.#send({ wish: 'offer' });
  }

  /** What is received, by sender. */
  async reports() {
    const reports = new Map();
    for (const { receiver, currentDirection, mid } of this.connection.getTransceivers()) {
      if (!mid?.startsWith('down-') || currentDirection !== 'recvonly') continue;
      const id = receiver.track.id.slice(0, receiver.track.id.lastIndexOf('-'));
      reports.set(id, [...(reports.get(id) ?? []), ...(await receiver.getStats()).values()]);
    }
    return reports;
  }

  close() {
    this.connection.close();
  }

  /** Whether the transceiver has to be opened for it. */
  async #setUp(kind, track) {
    const line = this.connection.getTransceivers().find(({ mid }) => mid === `up-${kind}`);
    if (!line) return false;
    await line.sender.replaceTrack(track);
    const isFirst = track !== null && line.direction !== 'sendonly';
    if (isFirst) line.direction = 'sendonly';
    return isFirst && line.currentDirection !== null;
  }
}
