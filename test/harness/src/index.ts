export { createApi, type Api } from './api.ts';
export { parseAudioFrame, type LiveAudioFrame } from './audio-frame.ts';
export { findSound, findSpeech, piecesOf, PRESENT_SHARE, type AudioMatch, type SpeechPiece } from './audio-match.ts';
export { startCustomer, type AudioChunk, type Customer, type Received } from './customer.ts';
export { eventually, Watched } from './eventually.ts';
export { startBroker } from './broker.ts';
export { startDatabaseProxy } from './database-proxy.ts';
export { testDatabase, testServers } from './fixture.ts';
export { queryCosts, type QueryCost } from './query-plans.ts';
export { openFixture, type Fixture, type StageOptions } from './stage.ts';
export { wordErrorRate } from './word-error-rate.ts';
export { matchWords, type TimedWord } from './word-match.ts';
export { openToAll, permittedClient, testAssignmentSecret, type PermittedOptions } from './callers.ts';
export { createDemoPeople, type DemoPeople, type DemoPerson } from './janus/demo-people.ts';
export { startJanus, type Janus, type JanusDemo, type JanusRoom } from './janus/start-janus.ts';
export {
  beepsIn,
  measureAvOffset,
  type AvOffset,
  type AvOffsets,
  type SoundPiece,
  type TimedPicture,
} from './av-offset.ts';
export {
  findPicture,
  isFlashing,
  nearestColour,
  patchColour,
  readCounter,
  type Colour,
  type Picture,
  type Region,
} from './video-counter.ts';
