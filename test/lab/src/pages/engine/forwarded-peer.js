import { applyEncoding } from './encodings.js';
import { askingForLayers, namingLayers, sentLayers, withBandwidth } from './simulcast.js';

const cameraMid = 'up-video';

/**
 * The one connection of a room whose media go through a forwarding unit. The unit makes every offer; by the transceivers `up-audio`,
 * `up-video` and `up-screen` this page sends, and each stream that comes has its sender's id.
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
    await connection.setRemoteDescription(this.#forLayers(description));
    for (const kind of ['audio', 'video', 'screen']) await this.#setUp(kind, this.#local.track(kind));
    await connection.setLocalDescription();
    for (const kind of ['video', 'screen']) await this.#encode(kind);
    const answer = connection.localDescription;
    const layers = await this.layers();
    if (layers.length === 0) return this.#send({ description: answer });
    const named = { type: answer.type, sdp: namingLayers(answer.sdp, { mid: cameraMid, layers }) };
    this.#send({ description: named, layers });
  }

  /** Sends a track, or stops sending one; a first of its kind takes another offer. */
  async setTrack(kind, track) {
    if (kind === 'screen' && track && !this.#line('screen')) this.#send({ wish: 'screen' });
    else if (await this.#setUp(kind, track)) this.#send({ wish: 'offer' });
    else if (track) await this.#encode(kind);
  }

  /** Of how many lines somebody's picture is to be. */
  want(from, height) {
    this.#send({ want: { from, height } });
  }

  /** Tells the unit how large the pictures are from now on. */
  async resized() {
    const layers = await this.layers();
    if (layers.length > 0) this.#send({ layers });
  }

  /** What the camera sends in layers takes more than the unit offers. */
  #forLayers({ type, sdp }) {
    const { simulcast, svc, width } = this.#local.encodings.video ?? {};
    if (!simulcast && !svc) return { type, sdp };
    const roomy = withBandwidth(sdp, cameraMid);
    return { type, sdp: simulcast ? askingForLayers(roomy, { mid: cameraMid, width }) : roomy };
  }

  async layers() {
    const { simulcast, svc, height } = this.#local.encodings.video ?? {};
    const line = this.#line('video');
    return (simulcast || svc) && line?.sender.track ? sentLayers(line.sender, { height }) : [];
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

  #line(kind) {
    return this.connection.getTransceivers().find(({ mid }) => mid === `up-${kind}`);
  }

  async #encode(kind) {
    const line = this.#line(kind);
    if (line?.sender.track) await applyEncoding(line.sender, this.#local.encodings[kind]);
  }

  /** Whether the transceiver has to be opened for it. */
  async #setUp(kind, track) {
    const line = this.#line(kind);
    if (!line) return false;
    await line.sender.replaceTrack(track);
    const isFirst = track !== null && line.direction !== 'sendonly';
    if (isFirst) line.direction = 'sendonly';
    return isFirst && line.currentDirection !== null;
  }
}
