export { createResampler, type Resampler } from './resample.ts';
export { peakDb, rmsDb, SILENCE_DB } from './levels.ts';
export { Mixer, type MixedSlice, type MixerLosses } from './mixer.ts';
export { opusPacketSamples } from './opus-packet.ts';
export { OpusTrackDecoder } from './opus-track-decoder.ts';
export { TrackClock, type TrackClockOptions } from './rtp-clock.ts';
export { parseWav, wavHeader, type Wav, type WavFormat } from './wav.ts';
export { unwrapRed, type RedPrimary } from './red.ts';
