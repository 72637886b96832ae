import type { Bot, BotState, EndReason } from '@earshot/contract/scheduler/v1/bots.ts';

/** The public words for where a bot is. */
const statusByState: Readonly<Record<BotState, string>> = {
  BOT_STATE_UNSPECIFIED: 'Unknown',
  BOT_STATE_SCHEDULED: 'Scheduled',
  BOT_STATE_QUEUED: 'Joining',
  BOT_STATE_JOINING: 'Joining',
  BOT_STATE_WAITING_ROOM: 'InWaitingRoom',
  BOT_STATE_IN_MEETING: 'InMeeting',
  BOT_STATE_RECORDING: 'Recording',
  BOT_STATE_PAUSED: 'Recording',
  BOT_STATE_LEAVING: 'Leaving',
  BOT_STATE_PROCESSING: 'MediaProcessing',
  BOT_STATE_DONE: 'Done',
  BOT_STATE_FAILED: 'Stopped',
};

export interface Ending {
  /** The specific name beside the collapsed `bot.stopped`. */
  readonly botEvent: string;
  readonly status: string;
  readonly message: string;
  /** Whether the 2026-06 callbacks count this as a success. */
  readonly clean: boolean;
}

/** The public words for why a visit ended. */
export const endings: Readonly<Record<EndReason, Ending>> = {
  END_REASON_UNSPECIFIED: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited the meeting',
    clean: true,
  },
  END_REASON_STOP_ORDERED: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot was removed by request',
    clean: true,
  },
  END_REASON_EVERYONE_LEFT: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited: everyone left the meeting',
    clean: true,
  },
  END_REASON_NO_ONE_JOINED: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited: no one joined the meeting',
    clean: true,
  },
  END_REASON_MEETING_ENDED: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited: the meeting ended',
    clean: true,
  },
  END_REASON_REMOVED: {
    botEvent: 'bot.kicked',
    status: 'Stopped',
    message: 'Bot was removed by a participant',
    clean: true,
  },
  END_REASON_RECORDING_LIMIT: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited: the recording limit was reached',
    clean: true,
  },
  END_REASON_VOICE_INACTIVITY: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited: nobody spoke',
    clean: true,
  },
  END_REASON_WAITING_ROOM_TIMEOUT: {
    botEvent: 'bot.notallowed',
    status: 'NotAllowed',
    message: 'Failed: Not admitted to meeting',
    clean: false,
  },
  END_REASON_DENIED: {
    botEvent: 'bot.denied',
    status: 'Denied',
    message: 'Failed: The host denied the request to join',
    clean: false,
  },
  END_REASON_WRONG_LINK: {
    botEvent: 'bot.failed',
    status: 'Failed',
    message: 'Failed: The link leads to no meeting',
    clean: false,
  },
  END_REASON_SIGN_IN_REQUIRED: {
    botEvent: 'bot.failed',
    status: 'Failed',
    message: 'Failed: The meeting requires signing in',
    clean: false,
  },
  END_REASON_BLOCKED: {
    botEvent: 'bot.failed',
    status: 'Failed',
    message: 'Failed: The platform refused the bot',
    clean: false,
  },
  END_REASON_JOIN_FAILED: {
    botEvent: 'bot.failed',
    status: 'Failed',
    message: 'Failed: Could not join the meeting',
    clean: false,
  },
  END_REASON_WORKER_LOST: {
    botEvent: 'bot.failed',
    status: 'Failed',
    message: 'Failed: The bot was lost',
    clean: false,
  },
  END_REASON_RECORDING_DENIED: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited: recording was not permitted',
    clean: true,
  },
  END_REASON_ONLY_BOTS_LEFT: {
    botEvent: 'bot.stopped',
    status: 'Stopped',
    message: 'Bot exited: only bots were left in the meeting',
    clean: true,
  },
};

/** The public status of a bot. */
export function statusOf(bot: Pick<Bot, 'state' | 'endReason' | 'erasedAt'>): string {
  if (bot.erasedAt) return 'MediaExpired';
  if (bot.state === 'BOT_STATE_FAILED') return endings[bot.endReason].status;
  return statusByState[bot.state];
}
