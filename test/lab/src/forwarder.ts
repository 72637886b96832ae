import { Audio, PeerConnection, Video, type Track } from 'node-datachannel';
import { silentLog, swallow } from '@earshot/kernel';
import { isRtcp, pictureLossIndication, requestsIn, type Requests } from './rtcp.ts';

const KINDS = ['audio', 'video'] as const;
type Kind = (typeof KINDS)[number];

interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string;
}

/**
 * What passes between a page and the unit, as `signal` messages. Addresses are sent by the unit alone: it answers whoever checks them.
 * `wish`: the page has something to send that it had not.
 */
export interface ForwarderSignal {
  description?: { type: string; sdp: string };
  candidate?: Candidate;
  wish?: 'offer';
}

export interface ForwarderDeps {
  /** Whether what one person sends is passed to another. */
  reaches(from: string, to: string): boolean;
  /** Carries a signal to a person's page. */
  signal(to: string, body: ForwarderSignal): void;
}

/**
 * A forwarding unit, as the platforms have one: everybody sends voice and video once, however many listen, and has one
 * connection. It looks into no media: packets pass as they came, under their sender's number (SSRC), and so does what
 * receivers report and ask for, the other way. It alone makes offers, so that none cross.
 */
export interface Forwarder {
  enter(id: string): void;
  handle(id: string, body: ForwarderSignal): void;
  leave(id: string): void;
  /** What a person's page has asked for since it came. */
  requestsOf(id: string): Requests;
}

interface Line {
  readonly connection: PeerConnection;
  /** What the person sends, and under which numbers; 0 while nothing is. */
  readonly up: Record<Kind, Track>;
  readonly ssrc: Record<Kind, number>;
  /** What the person is sent, by sender and kind. */
  readonly down: Map<string, Track>;
  /**
   * Addresses that wait for the page's first answer. A page that knew them before could begin a handshake while the answer is
   * being read, and the library fails what it cannot check.
   */
  heldBack: Candidate[] | undefined;
  isOffering: boolean;
  mustOffer: boolean;
  requests: Requests;
}

export function createForwarder({ reaches, signal }: ForwarderDeps): Forwarder {
  const lines = new Map<string, Line>();

  function enter(id: string): void {
    const connection = new PeerConnection(id, {
      iceServers: [],
      // Offers are made here, one at a time.
      disableAutoNegotiation: true,
    });
    const up = {
      audio: connection.addTrack(mediaOf('audio', 'up-audio')),
      video: connection.addTrack(mediaOf('video', 'up-video')),
    };
    const ssrc = { audio: 0, video: 0 };
    const requests = { keyframes: 0, retransmissions: 0 };
    const state = { heldBack: [], isOffering: false, mustOffer: false, requests };
    const line: Line = { connection, up, ssrc, down: new Map(), ...state };
    lines.set(id, line);
    for (const kind of KINDS) {
      up[kind].onMessage((packet) => passDown(id, kind, packet));
      up[kind].onClosed(releaseOnClose);
    }
    connection.onStateChange(releaseOnClose);
    connection.onLocalDescription((sdp, type) => signal(id, { description: { type, sdp: withoutEstimates(sdp) } }));
    connection.onLocalCandidate((candidate, sdpMid) => {
      if (line.heldBack) line.heldBack.push({ candidate, sdpMid });
      else signal(id, { candidate: { candidate, sdpMid } });
    });
    for (const [other, { ssrc: sent }] of lines)
      for (const kind of KINDS) if (other !== id && sent[kind] !== 0) connect(other, kind, id);
    offer(line);
  }

  /** Adds what one person sends to what another is sent; the other's next offer has it. */
  function connect(from: string, kind: Kind, to: string): void {
    const [sender, receiver] = [lines.get(from), lines.get(to)];
    const key = `${from} ${kind}`;
    if (!sender || !receiver || receiver.down.has(key) || !reaches(from, to)) return;
    const media = mediaOf(kind, `down-${receiver.down.size}`);
    media.setDirection('SendOnly');
    // The stream has the sender's id, which is how the page knows whose it is.
    media.addSSRC(sender.ssrc[kind], from, from, `${from}-${kind}`);
    const track = receiver.connection.addTrack(media);
    receiver.down.set(key, track);
    track.onMessage((packet) => passUp(from, kind, to, packet));
    track.onClosed(releaseOnClose);
    track.onOpen(() => {
      if (kind === 'video') pass(pictureLossIndication(sender.ssrc.video), sender.up.video);
    });
  }

  function offer(line: Line): void {
    line.mustOffer = line.isOffering;
    if (line.isOffering) return;
    line.isOffering = true;
    line.connection.setLocalDescription('offer');
  }

  function answered(id: string, line: Line, sdp: string): void {
    line.connection.setRemoteDescription(sdp, 'answer');
    for (const candidate of line.heldBack ?? []) signal(id, { candidate });
    line.heldBack = undefined;
    line.isOffering = false;
    for (const kind of KINDS) line.ssrc[kind] ||= ssrcOf(sdp, `up-${kind}`);
    for (const [other, receiver] of lines) {
      const before = receiver.down.size;
      for (const kind of KINDS) if (other !== id && line.ssrc[kind] !== 0) connect(id, kind, other);
      if (receiver.down.size > before) offer(receiver);
    }
    if (line.mustOffer) offer(line);
  }

  /** Voice and video, and the sender's own reports. */
  function passDown(from: string, kind: Kind, packet: Buffer): void {
    const key = `${from} ${kind}`;
    for (const { down } of lines.values()) pass(packet, down.get(key));
  }

  /** A receiver's reports and requests. */
  function passUp(from: string, kind: Kind, to: string, packet: Buffer): void {
    const [sender, receiver] = [lines.get(from), lines.get(to)];
    if (!sender || !receiver || !isRtcp(packet)) return;
    const { keyframes, retransmissions } = requestsIn(packet);
    receiver.requests = {
      keyframes: receiver.requests.keyframes + keyframes,
      retransmissions: receiver.requests.retransmissions + retransmissions,
    };
    pass(packet, sender.up[kind]);
  }

  return {
    enter,
    handle(id, { description, wish }) {
      const line = lines.get(id);
      if (!line) return;
      if (description) answered(id, line, description.sdp);
      if (wish) offer(line);
    },
    leave(id) {
      const line = lines.get(id);
      if (!line) return;
      lines.delete(id);
      for (const track of [...KINDS.map((kind) => line.up[kind]), ...line.down.values()]) track.close();
      line.connection.close();
      for (const other of lines.values()) {
        const gone = KINDS.map((kind) => `${id} ${kind}`).filter((key) => other.down.has(key));
        for (const key of gone) other.down.get(key)?.close();
        if (gone.length > 0) offer(other);
      }
    },
    requestsOf: (id) => lines.get(id)?.requests ?? { keyframes: 0, retransmissions: 0 },
  };
}

/** The binding keeps the process alive until every track and connection is closed and a callback was called. */
function releaseOnClose(): void {}

/** A packet for whoever is just coming or going is lost, as on any network. What is thrown to the binding ends the process. */
function pass(packet: Buffer, track: Track | undefined): void {
  try {
    if (track?.isOpen()) track.sendMessageBinary(packet);
  } catch (error) {
    swallow(silentLog, error, 'it was closed between the two');
  }
}

/** Opus and VP8 alone, under the same numbers for all, so that packets may pass as they are. */
function mediaOf(kind: Kind, mid: string): Audio | Video {
  if (kind === 'video') {
    const media = new Video(mid, 'RecvOnly');
    media.addVP8Codec(96);
    return media;
  }
  const media = new Audio(mid, 'RecvOnly');
  media.addOpusCodec(111, 'minptime=10;useinbandfec=1');
  media.parseSdpLine('a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level');
  return media;
}

/** One receiver's guess of its own bandwidth says nothing about another's. */
function withoutEstimates(sdp: string): string {
  return sdp.replace(/^a=rtcp-fb:\d+ goog-remb\r\n/gm, '');
}

/** The number under which a page sends by one of its transceivers; 0 where it sends nothing. */
function ssrcOf(sdp: string, mid: string): number {
  const section = sdp.split(/^m=/m).find((text) => text.includes(`\na=mid:${mid}\r`));
  return Number(/^a=ssrc:(\d+)/m.exec(section ?? '')?.[1] ?? 0);
}
