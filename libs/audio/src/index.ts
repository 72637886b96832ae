export { decodeFlac, encodeFlac } from './flac.ts';
export { createResampler, type Resampler } from './resample.ts';
export { rmsDb, SILENCE_DB } from './levels.ts';
export { Mixer, type MixedSlice, type MixerLosses } from './mixer.ts';
export { opusPacketSamples } from './opus-packet.ts';
export { OpusTrackDecoder } from './opus-track-decoder.ts';
export { TrackClock } from './rtp-clock.ts';
export { parseWav, wavHeader } from './wav.ts';
export { unwrapRed } from './red.ts';
