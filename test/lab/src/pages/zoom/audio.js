import { Emitter } from '/lab/engine/emitter.js';
import { createRemoteTracks } from './remote-tracks.js';
import { createWorkletAudio } from './worklet-audio.js';

/**
 * The sound of the meeting, by one of the client's paths. Nothing is received before the audio was joined and every
 * disclaimer is answered. Emits `change`.
 */
export function createAudio({ client, media, variants }) {
  const audio = new Emitter();
  const isWorklet = variants.has('web-audio') || variants.has('web-audio-element');
  const path = isWorklet
    ? createWorkletAudio({ client, media, inElement: variants.has('web-audio-element') })
    : createRemoteTracks(client);
  let isHeld = false;
  audio.isJoined = false;

  function begin() {
    if (!audio.isJoined || isHeld) return;
    void path.begin();
    // Who joins with a microphone is heard.
    if (!window.lab) void media.setMic(true);
  }
  audio.join = () => {
    audio.isJoined = true;
    begin();
    audio.emit('change');
  };
  audio.hold = () => (isHeld = true);
  audio.release = () => {
    isHeld = false;
    begin();
  };
  // The lab's own people come with their audio joined.
  if (window.lab) audio.join();
  return audio;
}
