import { applyEncoding } from './encodings.js';

/**
 * One connection of the mesh. Negotiation is the pattern of https://w3c.github.io/webrtc-pc/#perfect-negotiation-example:
 * whoever came later offers first and is the polite side when two offers cross.
 */
export class Peer {
  #makingOffer = false;
  #ignoresOffer = false;
  #isPolite;
  #local;
  #variants;
  #send;
  /** The line of one's own screen, once it was shown. */
  #screen;

  constructor({ local, isPolite, send, onTrack, variants }) {
    this.#local = local;
    this.#isPolite = isPolite;
    this.#send = send;
    this.#variants = variants;
    const usesFrames = variants.has('page-encrypts') && !window.lab;
    this.connection = new RTCPeerConnection(usesFrames ? { encodedInsertableStreams: true } : undefined);
    if (usesFrames) this.connection.addEventListener('track', ({ receiver }) => passThrough(receiver));
    this.connection.onicecandidate = ({ candidate }) => send({ candidate });
    this.connection.onnegotiationneeded = () => this.#offer();
    this.connection.ontrack = onTrack;
    this.connection.oniceconnectionstatechange = () => {
      if (this.connection.iceConnectionState === 'failed') this.connection.restartIce();
    };
  }

  /** Begins the connection from this side. */
  start() {
    const { stream } = this.#local;
    const audio = this.#local.track('audio');
    const video = this.#local.track('video');
    const line = this.connection.addTransceiver(audio ?? 'audio', { direction: 'sendrecv', streams: [stream] });
    if (this.#variants.has('red')) preferRed(line);
    const direction = video ? 'sendrecv' : 'recvonly';
    const film = this.connection.addTransceiver(video ?? 'video', { direction, streams: [stream] });
    void applyEncoding(film.sender, this.#local.encodings.video);
    void this.setTrack('screen', this.#local.track('screen'));
  }

  async receive({ description, candidate }) {
    const { connection } = this;
    if (description) {
      const isOffer = description.type === 'offer';
      const isCollision = isOffer && (this.#makingOffer || connection.signalingState !== 'stable');
      this.#ignoresOffer = isCollision && !this.#isPolite;
      if (this.#ignoresOffer) return;
      await connection.setRemoteDescription(withSound(description, this.#variants));
      if (!isOffer) return;
      await this.setTrack('audio', this.#local.track('audio'));
      await this.setTrack('video', this.#local.track('video'));
      await connection.setLocalDescription();
      this.#send({ description: connection.localDescription });
      if (!this.#screen) await this.setTrack('screen', this.#local.track('screen'));
      return;
    }
    try {
      await connection.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      if (!this.#ignoresOffer) throw error;
    }
  }

  /** Sends a track, or stops sending one; a change of direction renegotiates by itself. */
  async setTrack(kind, track) {
    if (kind === 'screen') return this.#setScreen(track);
    const transceiver = this.#transceiver(kind);
    if (!transceiver) return;
    if (kind === 'video' && track) await applyEncoding(transceiver.sender, this.#local.encodings.video);
    // The microphone's transceiver stays open both ways, so that unmuting needs no negotiation.
    const direction = track || kind === 'audio' ? 'sendrecv' : 'recvonly';
    if (direction === 'sendrecv') transceiver.sender.setStreams(this.#local.stream);
    if (transceiver.direction !== direction) transceiver.direction = direction;
    // The lab's own people are asked how loud they are by what they send here.
    const isAside = kind === 'audio' && this.#local.isSoundAside && !window.lab;
    await transceiver.sender.replaceTrack(isAside ? null : track);
  }

  /** What passes between the two, by the other's id. */
  async reports(id) {
    return new Map([[id, [...(await this.connection.getStats()).values()]]]);
  }

  close() {
    this.connection.close();
  }

  /** A line of its own, one way, made when there is something to show. */
  async #setScreen(track) {
    if (!track && !this.#screen) return;
    if (!this.#screen) {
      const options = { direction: 'sendonly', streams: [this.#local.screen] };
      this.#screen = this.connection.addTransceiver(track, options);
    }
    this.#screen.direction = track ? 'sendonly' : 'inactive';
    if (track) await applyEncoding(this.#screen.sender, this.#local.encodings.screen);
    await this.#screen.sender.replaceTrack(track);
  }

  #transceiver(kind) {
    return this.connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
  }

  async #offer() {
    try {
      this.#makingOffer = true;
      await this.connection.setLocalDescription();
      this.#send({ description: this.connection.localDescription });
    } finally {
      this.#makingOffer = false;
    }
  }
}

/** As pages do that encrypt from end to end: they take every frame for themselves. */
function passThrough(receiver) {
  const { readable, writable } = receiver.createEncodedStreams();
  readable.pipeTo(writable).catch(() => {});
}

/** What is asked of the other's encoder: two channels, or silence between the words. */
function withSound(description, variants) {
  const wishes = [variants.has('stereo') && 'stereo=1;sprop-stereo=1', variants.has('dtx') && 'usedtx=1'].filter(
    Boolean,
  );
  if (wishes.length === 0) return description;
  const sdp = description.sdp.replace(/^(a=fmtp:\d+ .*useinbandfec=1.*)$/gm, (line) =>
    [line.trim(), ...wishes].join(';'),
  );
  return { type: description.type, sdp };
}

/** Each packet carries the one before it again. */
function preferRed(line) {
  const { codecs } = window.RTCRtpReceiver.getCapabilities('audio');
  const isRed = ({ mimeType }) => mimeType.toLowerCase() === 'audio/red';
  line.setCodecPreferences([...codecs.filter(isRed), ...codecs.filter((codec) => !isRed(codec))]);
}
