import { Emitter } from './emitter.js';
import { ForwardedPeer } from './forwarded-peer.js';
import { LevelReporter } from './level-reporter.js';
import { Peer } from './peer.js';

/** The variant under which media take the way through a forwarding unit, and who that is in signals. */
const forwarder = 'forwarder';

/**
 * A visit of one room, from knocking to goodbye: the engine under every face.
 *
 * Emits `state` (outside, waiting, in-meeting, or how it ended: denied, no-answer, removed, ended, left, lost),
 * `people` after every change of who is there and what they send, `peer` ({connection, isPolite}) before a connection's first
 * signal, `level` ({id, level}), `chat`, `caption`; `muted` and `asked-to-unmute` by the host.
 * `people` holds everybody in order of arrival, oneself first, each with a `stream`; `share` is set while one shows a screen, which
 * is then in `screenStream`.
 */
export class RoomClient extends Emitter {
  state = 'outside';
  self = null;
  people = new Map();
  peers = new Map();
  #socket = null;
  #levels;
  #roomId;
  #isCrowd = false;
  #token;

  #variants;

  constructor({ roomId, media, token, variants = new Set() }) {
    super();
    this.#roomId = roomId;
    this.#variants = variants;
    this.media = media;
    this.#token = token;
    this.#levels = new LevelReporter({ client: this, isEager: token !== undefined });
    media.on('state', (state) => {
      this.send({ type: 'media', media: state });
      if (!this.self) return;
      Object.assign(this.self, state);
      this.emit('people');
    });
    media.on('track', ({ kind, track }) => {
      for (const peer of this.peers.values()) void peer.setTrack(kind, track);
    });
  }

  /** Asks to be let in; `state` has what comes of it. */
  join(name, { isCrowd = false } = {}) {
    this.#isCrowd = isCrowd;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/lab/signal/${this.#roomId}`);
    this.#socket = socket;
    socket.onopen = () => this.send({ type: 'hello', name, token: this.#token, media: this.media.state, isCrowd });
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => {
      if (socket === this.#socket) this.#end('lost');
    };
  }

  leave() {
    this.send({ type: 'leave' });
    this.#end('left');
  }

  sendChat(text) {
    this.send({ type: 'chat', text });
  }

  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #hear(message) {
    if (message.type === 'waiting') this.#setState('waiting');
    else if (message.type === 'welcome') this.#enter(message);
    else if (message.type === 'farewell') this.#end(message.why);
    else if (message.type === 'joined') this.#add(message.person);
    else if (message.type === 'left') this.#drop(message.id);
    else if (message.type === 'signal') void this.#peer(message.from)?.receive(message.body);
    else if (message.type === 'media') {
      Object.assign(this.people.get(message.id) ?? {}, message.media);
      this.emit('people');
    } else if (message.type === 'unmuting') void this.media.allowUnmuting(message.isAllowed);
    else {
      if (message.type === 'muted') void this.media.setMic(false);
      this.emit(message.type, message);
    }
  }

  #enter({ self, others }) {
    this.self = { ...self, ...this.media.state, stream: this.media.stream, isSelf: true };
    this.self.screenStream = this.media.screen;
    this.people.set(self.id, this.self);
    for (const person of others) {
      this.#add(person);
      const isHeard = !this.#isCrowd || !person.isCrowd;
      if (isHeard && !this.#variants.has(forwarder)) this.#connect(person.id, true).start();
    }
    this.#levels.start();
    this.#setState('in-meeting');
    this.emit('people');
  }

  #add(person) {
    this.people.set(person.id, { ...person, stream: null, screenStream: null, isSelf: false });
    this.emit('people');
  }

  #drop(id) {
    this.peers.get(id)?.close();
    this.peers.delete(id);
    this.people.delete(id);
    this.emit('people');
  }

  /** The connection to somebody; the first signal of a newcomer makes it. */
  #peer(id) {
    if (id === forwarder) return this.peers.get(id) ?? this.#connectToForwarder();
    if (!this.people.has(id)) return undefined;
    return this.peers.get(id) ?? this.#connect(id, false);
  }

  #connect(id, isPolite) {
    const peer = new Peer({
      local: this.media,
      variants: this.#variants,
      isPolite,
      send: (body) => this.send({ type: 'signal', to: id, body }),
      onTrack: ({ streams }) => this.#take(id, streams[0]),
    });
    this.peers.set(id, peer);
    this.emit('peer', { connection: peer.connection, isPolite });
    return peer;
  }

  #connectToForwarder() {
    const peer = new ForwardedPeer({
      local: this.media,
      send: (body) => this.send({ type: 'signal', to: forwarder, body }),
      onTrack: ({ streams }) => this.#take(senderOf(streams[0]?.id ?? ''), streams[0]),
    });
    this.peers.set(forwarder, peer);
    this.emit('peer', { connection: peer.connection, isPolite: true });
    return peer;
  }

  #take(id, stream) {
    const person = this.people.get(id);
    if (!person || !stream) return;
    const isScreen = stream.id === person.share || stream.id === screenOf(id);
    const place = isScreen ? 'screenStream' : 'stream';
    if (person[place] === stream) return;
    person[place] = stream;
    this.emit('people');
  }

  #end(state) {
    this.#levels.stop();
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
    this.people.clear();
    this.self = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.media.stop();
    this.#setState(state);
  }

  #setState(state) {
    this.state = state;
    this.emit('state', state);
  }
}

/** What the forwarding unit calls the stream of somebody's screen; any other has its sender's id. */
function screenOf(id) {
  return `${id}-screen`;
}

function senderOf(streamId) {
  return streamId.replace(/-screen$/, '');
}
