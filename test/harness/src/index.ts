export { createApi, type Api } from './api.ts';
export { parseAudioFrame, type LiveAudioFrame } from './audio-frame.ts';
export { findSound, findSpeech, piecesOf, PRESENT_SHARE, type AudioMatch, type SpeechPiece } from './audio-match.ts';
export { startCustomer, type AudioLine, type Customer, type Received } from './customer.ts';
export { eventually, Watched } from './eventually.ts';
export { testDatabase, testServers } from './fixture.ts';
export { setStage, type Stage, type StageOptions } from './stage.ts';
export { wordErrorRate } from './word-error-rate.ts';
export { matchWords, type TimedWord } from './word-match.ts';
