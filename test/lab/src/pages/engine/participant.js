// Served only to the lab's own participants: gives them a synthetic microphone and camera, and `window.lab` to be driven by.
import { roomOfPage } from './dom.js';
import { SyntheticMicrophone } from './synthetic-microphone.js';
import { syntheticCamera } from './synthetic-camera.js';

const microphone = new SyntheticMicrophone({ isStereo: roomOfPage()?.variants.has('stereo') });
let camera = { name: '' };
let client;
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
  if (video) tracks.push(syntheticCamera(camera));
  return new MediaStream(tracks);
};

window.lab = {
  token: new URLSearchParams(location.search).get('participant'),
  /** Called by the face once its engine stands. */
  attach(roomClient) {
    client = roomClient;
  },
  async join(name, { hasCamera, isCrowd, ...picture }) {
    camera = { name, ...picture };
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
  sendChat: (text) => client.sendChat(text),
  leave: () => client.leave(),
  sees: (name) => sample([...client.people.values()].find((person) => !person.isSelf && person.name === name)?.stream),
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

/** Colours at nine points of the next frame of a stream; null when none comes within three seconds. */
async function sample(stream) {
  const track = stream?.getVideoTracks()[0];
  if (!track) return null;
  // Not a video element: a page that nobody looks at paints none.
  const reader = new window.MediaStreamTrackProcessor({ track }).readable.getReader();
  const patience = new Promise((resolve) => setTimeout(resolve, 3000, {}));
  const { value: frame } = await Promise.race([reader.read(), patience]);
  void reader.cancel();
  if (!frame) return null;
  const { displayWidth: width, displayHeight: height } = frame;
  const pen = new window.OffscreenCanvas(width, height).getContext('2d');
  pen.drawImage(frame, 0, 0);
  frame.close();
  const at = (x, y) => [...pen.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1).data].slice(0, 3);
  const thirds = [1 / 6, 1 / 2, 5 / 6];
  return thirds.map((y) => thirds.map((x) => at(x, y)));
}
