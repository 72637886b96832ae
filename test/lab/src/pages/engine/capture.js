/** What is handed out of the page of a picture: so many points across and down, whatever its size. */
const grid = { width: 160, height: 90 };
const waitMs = 3000;

/** Colours at nine points of the next frame of a stream; null when none comes within three seconds. */
export async function sample(stream) {
  const track = stream?.getVideoTracks()[0];
  if (!track) return null;
  // Not a video element: a page that nobody looks at paints none.
  const reader = new window.MediaStreamTrackProcessor({ track }).readable.getReader();
  const patience = new Promise((resolve) => setTimeout(resolve, waitMs, {}));
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

/**
 * Every picture and every sound for a while, with the times at which this page had them and the mean delay of its own jitter buffers;
 * pixels and samples in Base64. `connections` are those by which the tracks may come.
 */
export async function capture({ picture, sound, durationMs, connections }) {
  const before = await buffered(connections, [picture, sound]);
  const pen = new window.OffscreenCanvas(grid.width, grid.height).getContext('2d', { willReadFrequently: true });
  const frames = [];
  const chunks = [];
  const isDone = new Promise((resolve) => setTimeout(resolve, durationMs, {}));
  await Promise.all([
    readAll(picture, isDone, (frame) => {
      const at = now();
      pen.drawImage(frame, 0, 0, grid.width, grid.height);
      const { data } = pen.getImageData(0, 0, grid.width, grid.height);
      const rgb = new Uint8Array(grid.width * grid.height * 3);
      for (let point = 0; point < grid.width * grid.height; point += 1)
        for (let colour = 0; colour < 3; colour += 1) rgb[point * 3 + colour] = data[point * 4 + colour];
      frames.push({ at, width: frame.displayWidth, height: frame.displayHeight, rgb: base64(rgb) });
    }),
    readAll(sound, isDone, (chunk) => {
      const samples = new Float32Array(chunk.numberOfFrames);
      chunk.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      chunks.push({
        at: now(),
        sampleRate: chunk.sampleRate,
        pcm: base64(new Uint8Array(Int16Array.from(samples, toInt16).buffer)),
      });
    }),
  ]);
  const after = await buffered(connections, [picture, sound]);
  const [pictureDelayMs, soundDelayMs] = after.map(({ seconds, count }, index) => {
    const emitted = count - before[index].count;
    return emitted > 0 ? (1000 * (seconds - before[index].seconds)) / emitted : 0;
  });
  return { grid, frames, chunks, pictureDelayMs, soundDelayMs };
}

/** How long what came of each track has waited in its jitter buffer so far, in all, and how much that was. */
export async function buffered(connections, tracks) {
  const receivers = connections.flatMap((connection) => connection.getReceivers());
  return Promise.all(
    tracks.map(async (track) => {
      const receiver = track && receivers.find((each) => each.track === track);
      const line = [...((await receiver?.getStats())?.values() ?? [])].find(({ type }) => type === 'inbound-rtp');
      return { seconds: line?.jitterBufferDelay ?? 0, count: line?.jitterBufferEmittedCount ?? 0 };
    }),
  );
}

async function readAll(track, isDone, take) {
  if (!track) return;
  const reader = new window.MediaStreamTrackProcessor({ track, maxBufferSize: 100 }).readable.getReader();
  for (;;) {
    const { value } = await Promise.race([reader.read(), isDone]);
    if (!value) break;
    take(value);
    value.close();
  }
  void reader.cancel();
}

/** What is received of a track, from WebRTC's statistics; null where nothing is. */
export async function receivedPicture(connection, track) {
  const receiver = connection.getReceivers().find((each) => each.track === track);
  if (!receiver) return null;
  const lines = [...(await receiver.getStats()).values()];
  const line = lines.find(({ type }) => type === 'inbound-rtp');
  const mimeType = lines.find(({ id }) => id === line?.codecId)?.mimeType;
  if (!mimeType) return null;
  return {
    codec: mimeType.slice('video/'.length),
    width: line.frameWidth ?? 0,
    height: line.frameHeight ?? 0,
    frames: line.framesDecoded ?? 0,
    keyframes: line.keyFramesDecoded ?? 0,
  };
}

export function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return window.btoa(text);
}

export function toInt16(sample) {
  return Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
}

export function now() {
  return performance.timeOrigin + performance.now();
}
