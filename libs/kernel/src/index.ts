export { AppError, isRetryable, type ErrorCode } from './errors.ts';
export { DAY, FakeClock, HOUR, MINUTE, SECOND, type Clock } from './clock.ts';
export { isUuid, type AccountId, type BotId, type JoinerId, type TranscriptId } from './ids.ts';
export { backoff, jitter } from './retry.ts';
export { reconnect, type Connection, type Loss } from './reconnect.ts';
export { silentLog, swallow, type Log, type LogFields } from './log.ts';
export { nextState, type Transitions } from './transitions.ts';
export { AsyncQueue } from './async-queue.ts';
export { withTimeout } from './with-timeout.ts';
export { mapConcurrent } from './map-concurrent.ts';
export { plainText } from './text.ts';
export { withBotId } from './bot-address.ts';
export { assertNever } from './assert-never.ts';
export {
  checkWithin,
  isWithin,
  serviceNames,
  type Scope,
  type ServiceIdentity,
  type ServiceName,
  type TlsMaterial,
} from './identity.ts';
export { platformNames, platformOf, platformOfHost, type Platform } from './platforms.ts';
export {
  botStates,
  endReasons,
  type AssignmentRef,
  type BotDetection,
  type BotState,
  type EndReason,
  type BotIdentity,
  type LeavePolicy,
  type OtherBot,
} from './bot-words.ts';
export {
  audioOnly,
  bargeIns,
  liveAudioEncodings,
  liveAudioRates,
  takesVideo,
  videoLayouts,
  type BargeIn,
  type BotVoicePlan,
  type LiveAudioEncoding,
  type LiveAudioPlan,
  type MediaPlan,
  type VideoLayout,
} from './media-plan.ts';
export {
  speechOutcomes,
  speechSources,
  type BotSpeechEnded,
  type BotSpeechStarted,
  type SpeechOutcome,
  type SpeechSource,
} from './bot-speech.ts';
export { type Caption, type TrackOwner } from './speech-words.ts';
export { readPlan, transcriptionWays, type TranscriptionPlan, type TranscriptionWay } from './transcription-plan.ts';
