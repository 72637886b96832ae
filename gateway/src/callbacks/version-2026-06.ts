import type { SpeechOutcome } from '@earshot/kernel';
import { endings } from '../contract/end-reasons.ts';
import {
  common,
  missedSeconds,
  storeTrouble,
  type CallbackFields,
  type CallbackTable,
  type Of,
} from './callback-table.ts';

const lifecycle = (name: string, bot_status: string, message: string): CallbackFields => ({
  event: `bot.${name}`,
  bot_event: `bot.${name}`,
  bot_status,
  message,
  status_code: 200,
});

const finished = lifecycle('done', 'Done', 'Bot has finished');

/** The last callback of a bot: it has finished, whatever became of its transcript and its video. */
function done({ transcriptFailure, videoFailure, missedMs }: Omit<Of<'done'>, 'kind'>): CallbackFields {
  const failures = [
    ...(transcriptFailure === '' ? [] : [`Transcript processing failed: ${transcriptFailure}`]),
    ...(videoFailure === '' ? [] : [`Video processing failed: ${videoFailure}`]),
  ];
  if (failures.length > 0) {
    const lacks = transcriptFailure === '' ? missedSeconds(missedMs) : {};
    return { ...finished, message: `Error: ${failures.join('; ')}`, status_code: 500, ...lacks };
  }
  if (missedMs === 0) return finished;
  const message = `Bot has finished; ${missedMs / 1000} s of speech are missing in the transcript`;
  return { ...finished, message, ...missedSeconds(missedMs) };
}

const speechEndings: Readonly<Record<SpeechOutcome, string>> = {
  completed: 'Bot has said all of it',
  interrupted: 'Bot was interrupted on request',
  'barge-in': 'Bot was interrupted by a participant',
  muted: 'Bot cannot be heard: the host has muted it, or does not let it unmute',
  unavailable: 'Bot cannot be heard: its page has no microphone in use',
  left: 'Bot has left the meeting',
};

/** The callbacks of the newer generation: every step, success codes for clean stops, `bot.done` on every path. */
export const version202606: CallbackTable = {
  ...common,
  scheduled: () => lifecycle('scheduled', 'Scheduled', 'Bot is scheduled'),
  joining: () => lifecycle('joining', 'Joining', 'Bot is joining the meeting'),
  'waiting-room': () => lifecycle('in_waiting_room', 'InWaitingRoom', 'Bot is in the waiting room'),
  'in-meeting': () => lifecycle('inmeeting', 'InMeeting', 'Bot joined the meeting'),
  'recording-allowed': () => lifecycle('recording_permission_allowed', 'InMeeting', 'Recording permission was granted'),
  'recording-denied': () => lifecycle('recording_permission_denied', 'InMeeting', 'Recording permission was denied'),
  // Not the end of anything: the bot stays, and the recording goes on.
  'live-trouble': ({ detail }) => ({
    event: 'bot.error',
    bot_event: 'bot.error',
    bot_status: 'InMeeting',
    message: `Live transcription: ${detail}`,
    status_code: 500,
  }),
  // As little an end: what comes of the recording is in its own callback.
  'recording-trouble': (event) => ({ ...storeTrouble(event), bot_status: event.isOver ? 'Stopped' : 'InMeeting' }),
  'transcript-skipped': () => ({
    event: 'transcription.skipped',
    transcript_status: 'Skipped',
    message: 'Transcript processing skipped: nothing was to be transcribed, or nothing was recorded',
    status_code: 200,
    status: 'success',
  }),
  recording: () => lifecycle('recording', 'Recording', 'Bot started recording'),
  // Ours: the documentation has the calls and no callback of theirs.
  'recording-paused': () => lifecycle('recording_paused', 'Recording', 'Recording is paused'),
  'recording-resumed': () => lifecycle('recording_resumed', 'Recording', 'Recording goes on'),
  // Ours, as `speak` is.
  'speech-started': ({ speechId: speech_id, source }) => ({
    ...lifecycle('speech_started', 'InMeeting', 'Bot begins to speak'),
    ...{ speech_id, source },
  }),
  'speech-ended': ({ speechId: speech_id, source, outcome, heardMs: heard_ms, totalMs: total_ms }) => ({
    ...lifecycle('speech_ended', 'InMeeting', speechEndings[outcome]),
    status_code: outcome === 'muted' || outcome === 'unavailable' ? 500 : 200,
    ...{ speech_id, source, outcome, heard_ms, total_ms },
  }),
  leaving: () => lifecycle('leaving', 'Leaving', 'Bot is leaving the meeting'),
  stopped({ reason, isFinal }) {
    const { botEvent, status, message, clean } = endings[reason];
    const stopped = {
      event: 'bot.stopped',
      bot_event: botEvent,
      bot_status: status,
      message,
      status_code: clean ? 200 : 500,
    };
    return isFinal ? [stopped, finished] : stopped;
  },
  done,
};
