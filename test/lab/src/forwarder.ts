import { randomInt } from 'node:crypto';
import { PeerConnection, type Track } from 'node-datachannel';
import { silentLog, swallow } from '@earshot/kernel';
import { mediaOf, ssrcOf, streamOf, withoutEstimates, KINDS, type Kind } from './forwarder-media.ts';
import { createLayerSwitch, type Layer, type LayerSwitch } from './layer-switch.ts';
import { isRtcp, pictureLossIndication, requestsIn, withoutEstimate, type Requests } from './rtcp.ts';

interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string;
}

/**
 * What passes between a page and the unit, as `signal` messages. Addresses are sent by the unit alone: it answers whoever checks them.
 */
export interface ForwarderSignal {
  description?: { type: string; sdp: string };
  candidate?: Candidate;
  /** The page has something to send that it had not; `screen`: by a line that it has not either. */
  wish?: 'offer' | 'screen';
  /** Which pictures the page sends of its camera, where it sends it in layers: one for each, or one that has them all inside. */
  layers?: readonly Layer[];
  /** Of how many lines somebody's picture shall be. */
  want?: { from: string; height: number };
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
 * receivers report and ask for, the other way. Of a camera that sends several pictures each receiver gets one, the largest
 * unless it asks for another. It alone makes offers, so that none cross.
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
  /** What the person sends, and under which numbers. */
  readonly up: Map<Kind, Track>;
  readonly ssrc: Map<Kind, number>;
  layers: readonly Layer[];
  /** What the person is sent, by sender and kind. */
  readonly down: Map<string, Down>;
  /** Of how many lines pictures shall be, by sender. */
  readonly wants: Map<string, number>;
  /**
   * Addresses that wait for the page's first answer. A page that knew them before could begin a handshake while the answer is
   * being read, and the library fails what it cannot check.
   */
  heldBack: Candidate[] | undefined;
  isOffering: boolean;
  mustOffer: boolean;
  requests: Requests;
}

interface Down {
  readonly track: Track;
  readonly layers: LayerSwitch;
}

export function createForwarder({ reaches, signal }: ForwarderDeps): Forwarder {
  const lines = new Map<string, Line>();

  function enter(id: string): void {
    const connection = new PeerConnection(id, {
      iceServers: [],
      // Offers are made here, one at a time.
      disableAutoNegotiation: true,
    });
    const line: Line = {
      connection,
      up: new Map(),
      ssrc: new Map(),
      layers: [],
      down: new Map(),
      wants: new Map(),
      heldBack: [],
      isOffering: false,
      mustOffer: false,
      requests: { keyframes: 0, retransmissions: 0 },
    };
    lines.set(id, line);
    for (const kind of ['audio', 'video'] as const) open(id, line, kind);
    connection.onStateChange(releaseOnClose);
    connection.onLocalDescription((sdp, type) => signal(id, { description: { type, sdp: withoutEstimates(sdp) } }));
    connection.onLocalCandidate((candidate, sdpMid) => {
      if (line.heldBack) line.heldBack.push({ candidate, sdpMid });
      else signal(id, { candidate: { candidate, sdpMid } });
    });
    for (const [other, { ssrc }] of lines) for (const kind of ssrc.keys()) if (other !== id) connect(other, kind, id);
    offer(line);
  }

  /** A line by which the person may send. */
  function open(id: string, line: Line, kind: Kind): void {
    const track = line.connection.addTrack(mediaOf(kind, `up-${kind}`));
    line.up.set(kind, track);
    track.onMessage((packet) => passDown(id, kind, packet));
    track.onClosed(releaseOnClose);
  }

  /** Adds what one person sends to what another is sent; the other's next offer has it. */
  function connect(from: string, kind: Kind, to: string): void {
    const [sender, receiver] = [lines.get(from), lines.get(to)];
    const sent = sender?.ssrc.get(kind);
    const key = `${from} ${kind}`;
    if (!sender || !receiver || !sent || receiver.down.has(key) || !reaches(from, to)) return;
    const ssrc = isLayered(sender, kind) ? randomInt(1, 2 ** 32 - 1) : sent;
    const media = mediaOf(kind, `down-${receiver.down.size}`);
    media.setDirection('SendOnly');
    // The stream's id has the sender's, which is how the page knows whose it is.
    media.addSSRC(ssrc, from, streamOf(from, kind), `${from}-${kind}`);
    const track = receiver.connection.addTrack(media);
    const askKeyframe = (layer: number) => pass(pictureLossIndication(layer), sender.up.get(kind));
    const layers = createLayerSwitch({ ssrc, askKeyframe, now: Date.now });
    layers.want(sender.layers, receiver.wants.get(from) ?? Infinity);
    receiver.down.set(key, { track, layers });
    track.onMessage((packet) => passUp(from, kind, to, packet));
    track.onClosed(releaseOnClose);
    track.onOpen(() => {
      if (kind !== 'audio') for (const each of ssrcsOf(sender, kind)) askKeyframe(each);
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
    for (const kind of line.up.keys()) {
      const ssrc = line.ssrc.get(kind) ?? ssrcOf(sdp, `up-${kind}`);
      if (ssrc !== undefined) line.ssrc.set(kind, ssrc);
    }
    for (const [other, receiver] of lines) {
      const before = receiver.down.size;
      for (const kind of line.ssrc.keys()) if (other !== id) connect(id, kind, other);
      if (receiver.down.size > before) offer(receiver);
    }
    if (line.mustOffer) offer(line);
  }

  /** Voice and video, and the sender's own reports. */
  function passDown(from: string, kind: Kind, packet: Buffer): void {
    const sender = lines.get(from);
    const hasLayers = sender !== undefined && isLayered(sender, kind);
    for (const receiver of lines.values()) {
      const down = receiver.down.get(`${from} ${kind}`);
      if (!down) continue;
      // A sender's report brings its guess of what it may be sent: to each, as if it were about what they send.
      const plain = isLayered(receiver, 'video') && isRtcp(packet) ? withoutEstimate(packet) : packet;
      const chosen = !hasLayers ? plain : isRtcp(packet) ? down.layers.report(packet) : down.layers.media(packet);
      if (chosen) pass(chosen, down.track);
    }
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
    // With voice's reports too comes what would take a camera's larger layers away.
    const passed = isLayered(sender, 'video') ? withoutEstimate(packet) : packet;
    const asked = isLayered(sender, kind) ? receiver.down.get(`${from} ${kind}`)?.layers.upward(passed) : passed;
    if (asked) pass(asked, sender.up.get(kind));
  }

  /** Which layer a receiver is to have. */
  function choose(from: string, to: string): void {
    const [sender, receiver] = [lines.get(from), lines.get(to)];
    const down = receiver?.down.get(`${from} video`);
    if (sender) down?.layers.want(sender.layers, receiver?.wants.get(from) ?? Infinity);
  }

  return {
    enter,
    handle(id, { description, wish, layers, want }) {
      const line = lines.get(id);
      if (!line) return;
      if (layers) {
        line.layers = layers;
        for (const receiver of lines.keys()) choose(id, receiver);
      }
      if (want) {
        line.wants.set(want.from, want.height);
        choose(want.from, id);
      }
      if (description) answered(id, line, description.sdp);
      if (wish === 'screen' && !line.up.has('screen')) open(id, line, 'screen');
      if (wish) offer(line);
    },
    leave(id) {
      const line = lines.get(id);
      if (!line) return;
      lines.delete(id);
      for (const track of [...line.up.values(), ...[...line.down.values()].map((down) => down.track)]) track.close();
      line.connection.close();
      for (const other of lines.values()) {
        const gone = KINDS.map((kind) => `${id} ${kind}`).filter((key) => other.down.has(key));
        for (const key of gone) other.down.get(key)?.track.close();
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

/** By which numbers somebody sends pictures of one thing, or voice. */
function ssrcsOf({ layers, ssrc }: Line, kind: Kind): number[] {
  return isLayered({ layers }, kind) ? layers.map((layer) => layer.ssrc) : [ssrc.get(kind) ?? 0];
}

function isLayered({ layers }: Pick<Line, 'layers'>, kind: Kind): boolean {
  return kind === 'video' && layers.length > 0;
}
