// Name and manner are the client's: unordered, never repeated.
const channelName = 'ZoomWebclientAudioDataChannel';

/**
 * Sound through data channels, mixed by a worklet and played through WebAudio: no receiver gives any. The client sends
 * Opus and decodes it in WebAssembly; here the samples travel as they are (48 kHz, mono, 16 bits), which is the same for
 * whoever listens at the end of the path.
 */
export function createWorkletAudio({ client, media, inElement }) {
  media.isSoundAside = true;
  const channels = new Set();
  let player = null;
  let microphone = null;

  function keep(channel, id) {
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => channels.add(channel);
    channel.onclose = () => channels.delete(channel);
    channel.onmessage = ({ data }) => player?.port.postMessage({ id, samples: data }, [data]);
    if (channel.readyState === 'open') channels.add(channel);
  }
  let peers = 0;
  client.on('peer', ({ connection, isPolite }) => {
    const id = peers++;
    connection.addEventListener('datachannel', ({ channel }) => channel.label === channelName && keep(channel, id));
    if (!isPolite) return;
    keep(connection.createDataChannel(channelName, { ordered: false, maxRetransmits: 0 }), id);
    queueMicrotask(() => {
      for (const line of connection.getTransceivers()) {
        if (line.receiver.track.kind === 'audio') line.direction = 'inactive';
      }
    });
  });
  // Who is muted sends nothing.
  let sent = null;
  const sendOwn = () => {
    const track = media.mic ? media.track('audio') : null;
    if (track === sent) return;
    sent = track;
    void send(track);
  };
  media.on('state', sendOwn);
  media.on('track', sendOwn);
  client.on('state', (state) => {
    if (state !== 'in-meeting') player?.disconnect();
  });

  async function send(track) {
    await microphone?.cancel().catch(() => {});
    if (!track) return;
    microphone = new window.MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { value, done } = await microphone.read();
      if (done) return;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      value.close();
      const pcm = Int16Array.from(samples, (sample) => Math.max(-1, Math.min(1, sample)) * 32767);
      for (const channel of channels) if (channel.readyState === 'open') channel.send(pcm);
    }
  }

  return {
    async begin() {
      const context = new AudioContext({ sampleRate: 48_000 });
      await context.audioWorklet.addModule('/lab/zoom/zoom-audio-worklet.js');
      player = new AudioWorkletNode(context, 'zoomAudioWorklet', { outputChannelCount: [2] });
      if (!inElement) {
        player.connect(context.destination);
        return;
      }
      const output = context.createMediaStreamDestination();
      player.connect(output);
      // In no document, and kept by nothing but its playing.
      const element = new window.Audio();
      element.srcObject = output.stream;
      await element.play();
    },
  };
}
