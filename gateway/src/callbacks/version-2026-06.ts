import { endings } from '../contract/bot-status.ts';
import { common, type CallbackFields, type CallbackTable } from './callback-table.ts';

const lifecycle = (name: string, bot_status: string, message: string): CallbackFields => ({
  event: `bot.${name}`,
  bot_event: `bot.${name}`,
  bot_status,
  message,
  status_code: 200,
});

const done = () => lifecycle('done', 'Done', 'Bot has finished');

/** The callbacks of the newer generation: every step, success codes for clean stops, `bot.done` on every path. */
export const version202606: CallbackTable = {
  ...common,
  scheduled: () => lifecycle('scheduled', 'Scheduled', 'Bot is scheduled'),
  joining: () => lifecycle('joining', 'Joining', 'Bot is joining the meeting'),
  'waiting-room': () => lifecycle('in_waiting_room', 'InWaitingRoom', 'Bot is in the waiting room'),
  'in-meeting': () => lifecycle('inmeeting', 'InMeeting', 'Bot joined the meeting'),
  'recording-allowed': () => lifecycle('recording_permission_allowed', 'InMeeting', 'Recording permission was granted'),
  'recording-denied': () => lifecycle('recording_permission_denied', 'InMeeting', 'Recording permission was denied'),
  recording: () => lifecycle('recording', 'Recording', 'Bot started recording'),
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
    return isFinal ? [stopped, done()] : stopped;
  },
  done,
};
