import { endings } from '../contract/end-reasons.ts';
import { common, type CallbackTable } from './callback-table.ts';

/** The callbacks as first documented: six of them, 102 while joining, 500 for any stop. */
export const version202501: CallbackTable = {
  ...common,
  joining: () => ({
    event: 'bot.joining',
    bot_event: 'bot.joining',
    bot_status: 'joining',
    message: 'Bot is joining the meeting',
    status_code: 102,
  }),
  'in-meeting': () => ({
    event: 'bot.inmeeting',
    bot_event: 'bot.inmeeting',
    bot_status: 'InMeeting',
    message: 'Successfully joined the meeting',
    status_code: 200,
  }),
  stopped: ({ reason }) => ({
    event: 'bot.stopped',
    bot_event: endings[reason].botEvent,
    bot_status: 'Stopped',
    message: endings[reason].message,
    status_code: 500,
  }),
};
