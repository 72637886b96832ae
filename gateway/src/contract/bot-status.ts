import type { Bot, BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { endings } from './end-reasons.ts';

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

/** The public status of a bot. */
export function statusOf(bot: Pick<Bot, 'state' | 'endReason' | 'erasedAt'>): string {
  if (bot.erasedAt) return 'MediaExpired';
  if (bot.state === 'BOT_STATE_FAILED') return endings[bot.endReason].status;
  return statusByState[bot.state];
}
