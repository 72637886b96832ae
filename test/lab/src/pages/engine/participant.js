// Served only to the lab's own participants: gives them a synthetic microphone and camera, and `window.lab` to be driven by.
import { capture, receivedPicture, sample } from './capture.js';
import { roomOfPage } from './dom.js';
import { Listening } from './listening.js';
import { OwnPictures } from './own-pictures.js';
import { SyntheticMicrophone } from './synthetic-microphone.js';

const microphone = new SyntheticMicrophone({ isStereo: roomOfPage()?.variants.has('stereo') });
const pictures = new OwnPictures(microphone);
let client;
const listenings = [];
let captionKey = 0;
// Whoever cannot be connected to keeps nobody from talking.
const connectMs = 5000;

// Nobody looks at this page: what is not laid out is not painted.
const unseen = new window.CSSStyleSheet();
unseen.replaceSync('html { display: none !important }');
document.adoptedStyleSheets.push(unseen);

navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
  const tracks = [];
  if (audio) tracks.push(microphone.track());
  if (video) tracks.push(pictures.openCamera());
  return new MediaStream(tracks);
};

window.lab = {
  token: new URLSearchParams(location.search).get('participant'),
  /** Called by the face once its engine stands. */
  attach(roomClient) {
    client = roomClient;
  },
  async join(name, { hasCamera, isCrowd, codec, svc, simulcast, ...picture }) {
    pictures.options = { name, ...picture };
    const { width = 320, height = 180 } = picture;
    client.media.encodings.video = { codec, svc, simulcast, width, height };
    if (isCrowd) stopListening();
    await client.media.start({ mic: true, camera: hasCamera });
    const entered = new Promise((resolve, reject) => {
      client.on('state', (state) => (state === 'in-meeting' ? resolve() : reject(new Error(`not let in: ${state}`))));
    });
    client.join(name, { isCrowd });
    await entered;
    await Promise.race([isHeardByAll(), new Promise((resolve) => setTimeout(resolve, connectMs))]);
    const { id, name: shownName, mic, camera: isFilmed } = client.self;
    return { id, name: shownName, mic, camera: isFilmed };
  },
  say: (url, text) => microphone.play(url, (durationMs) => captionAsSpoken(text, durationMs)),
  caption(text, { isAgain = false }) {
    if (!isAgain) captionKey += 1;
    client.send({ type: 'caption', key: captionKey, text });
  },
  setMic: (isOn) => client.media.setMic(isOn),
  swapMic: () => client.media.swapMic(),
  setCamera: (isOn) => client.media.setCamera(isOn),
  swapCamera: () => client.media.swapCamera(),
  async resizeCamera(size) {
    Object.assign(client.media.encodings.video, size);
    pictures.resize(size);
    for (const peer of client.peers.values()) await peer.resized?.();
  },
  want(name, height) {
    for (const peer of client.peers.values()) peer.want?.(other(name)?.id, height);
  },
  flash: () => pictures.flash(),
  flashes: () => pictures.flashes,
  shareScreen({ codec, ...picture }) {
    client.media.encodings.screen = { codec };
    client.media.setScreen(pictures.openScreen(picture));
  },
  stopSharing: () => client.media.setScreen(null),
  sendChat: (text) => client.sendChat(text),
  leave: () => client.leave(),
  sees: (name) => sample(other(name)?.stream),
  capture(name, { source, durationMs }) {
    const sound = other(name)?.stream?.getAudioTracks()[0];
    const connections = [...client.peers.values()].map(({ connection }) => connection);
    return capture({ picture: filmOf(name, source), sound, durationMs, connections });
  },
  /** The number of a recording of all that comes from another from now on. */
  async listen(name) {
    let track;
    for (let tries = 0; !track && tries < 50; tries += 1) {
      track = other(name)?.stream?.getAudioTracks()[0];
      if (!track) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (!track) throw new Error(`no sound comes from ${name}`);
    const connections = [...client.peers.values()].map(({ connection }) => connection);
    return listenings.push(new Listening(track, connections)) - 1;
  },
  recorded: (number, until) => listenings[number].recorded(until),
  stopListening: (number) => listenings[number].stop(),
  async received(name, { source }) {
    const track = filmOf(name, source);
    for (const { connection } of client.peers.values()) {
      const picture = track && (await receivedPicture(connection, track));
      if (picture) return picture;
    }
    return null;
  },
  async heard() {
    const heard = {};
    for (const [key, peer] of client.peers)
      for (const [id, report] of await peer.reports(key)) {
        const person = client.people.get(id);
        if (person) heard[person.name] = sum(report);
      }
    return heard;
  },
  async sentTo() {
    const sent = {};
    for (const [id, { connection }] of client.peers) {
      const lines = [...(await connection.getStats()).values()];
      const audio = lines.filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'audio');
      sent[client.people.get(id)?.name ?? id] = audio.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    }
    return sent;
  },
};

function other(name) {
  return [...client.people.values()].find((person) => !person.isSelf && person.name === name);
}

function filmOf(name, source) {
  const { stream, screenStream } = other(name) ?? {};
  return (source === 'screen' ? screenStream : stream)?.getVideoTracks()[0];
}

/** One of a crowd plays nothing: so nothing is decoded either. */
function stopListening() {
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { set() {}, get: () => null, configurable: true });
}

/** The connections to those who were there before stand: what is said from here on reaches them. */
async function isHeardByAll() {
  const connections = [...client.peers.values()].map(({ connection }) => connection);
  await Promise.all(
    connections.map(async (connection) => {
      while (connection.connectionState !== 'connected')
        await new Promise((resolve) => connection.addEventListener('connectionstatechange', resolve, { once: true }));
    }),
  );
}

function sum(report) {
  const total = { audioEnergy: 0, audioBytes: 0, videoFrames: 0, keyframeRequests: 0 };
  for (const stats of report) {
    if (stats.type === 'inbound-rtp' && stats.kind === 'audio') {
      total.audioEnergy += stats.totalAudioEnergy ?? 0;
      total.audioBytes += stats.bytesReceived ?? 0;
    }
    if (stats.type === 'inbound-rtp' && stats.kind === 'video') total.videoFrames += stats.framesDecoded ?? 0;
    if (stats.type === 'outbound-rtp' && stats.kind === 'video')
      total.keyframeRequests += (stats.pliCount ?? 0) + (stats.firCount ?? 0);
  }
  return total;
}

/** Writes the captions of a text as it is spoken, word by word and each time the whole row, as recognisers do. */
function captionAsSpoken(text, durationMs) {
  const words = text.split(/\s+/).filter(Boolean);
  const key = (captionKey += 1);
  words.forEach((_, index) => {
    const said = { type: 'caption', key, text: words.slice(0, index + 1).join(' ') };
    setTimeout(() => client.send(said), ((index + 1) / words.length) * durationMs);
  });
}
