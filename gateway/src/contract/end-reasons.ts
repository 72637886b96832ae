import type { Bot, BotState, EndReason } from '@earshot/contract/scheduler/v1/bots.ts';

/** What customers get for one reason for which a visit ends. */
export interface Ending {
  /** The public spelling, the same as of a failed attempt's screenshots; never changes once it is published. */
  readonly reason: string;
  /** The specific name beside the collapsed `bot.stopped`. */
  readonly botEvent: string;
  readonly status: 'Stopped' | 'NotAllowed' | 'Denied' | 'Failed';
  readonly message: string;
  /** What whoever ordered the bot can do about it, or that there is nothing to do. */
  readonly advice: string;
  /** Whether the 2026-06 callbacks count this as a success. */
  readonly clean: boolean;
}

type Words = Pick<Ending, 'reason' | 'message' | 'advice'>;

const stopped = (words: Words): Ending => ({ botEvent: 'bot.stopped', status: 'Stopped', clean: true, ...words });
const failed = (words: Words): Ending => ({ botEvent: 'bot.failed', status: 'Failed', clean: false, ...words });

/** The public words for why a visit ended. */
export const endings: Readonly<Record<EndReason, Ending>> = {
  END_REASON_UNSPECIFIED: stopped({
    reason: 'unknown',
    message: 'Bot exited the meeting',
    advice: 'StatusTimeline tells how far the bot came; order another one if the meeting still goes on.',
  }),
  END_REASON_STOP_ORDERED: stopped({
    reason: 'stop-ordered',
    message: 'Bot was removed by request',
    advice: 'Nothing is wrong: the bot was told to leave through the API. Order another one to go on.',
  }),
  END_REASON_EVERYONE_LEFT: stopped({
    reason: 'everyone-left',
    message: 'Bot exited: everyone left the meeting',
    advice: 'Nothing is wrong. A longer automatic_leave.everyone_left_timeout has the bot wait for people to return.',
  }),
  END_REASON_NO_ONE_JOINED: stopped({
    reason: 'no-one-joined',
    message: 'Bot exited: no one joined the meeting',
    advice: 'Check the link and the time of the meeting, or set a longer automatic_leave.no_one_joined_timeout.',
  }),
  END_REASON_MEETING_ENDED: stopped({
    reason: 'meeting-ended',
    message: 'Bot exited: the meeting ended',
    advice: 'Nothing is wrong: the host or the platform ended the meeting.',
  }),
  END_REASON_REMOVED: {
    ...{ reason: 'removed', botEvent: 'bot.kicked', status: 'Stopped', clean: true },
    message: 'Bot was removed by a participant',
    advice: 'Ask the participants whether they want a bot there before another one is sent.',
  },
  END_REASON_RECORDING_LIMIT: stopped({
    reason: 'recording-limit',
    message: 'Bot exited: the recording limit was reached',
    advice: 'Set a longer automatic_leave.in_call_recording_timeout, or order another bot if the meeting goes on.',
  }),
  END_REASON_VOICE_INACTIVITY: stopped({
    reason: 'voice-inactivity',
    message: 'Bot exited: nobody spoke',
    advice: 'Set a longer automatic_leave.voice_inactivity_timeout, or leave it out, for meetings with long silences.',
  }),
  END_REASON_WAITING_ROOM_TIMEOUT: {
    ...{ reason: 'waiting-room-timeout', botEvent: 'bot.notallowed', status: 'NotAllowed', clean: false },
    message: 'Failed: Not admitted to meeting',
    advice: 'Have somebody in the meeting admit the bot, or set a longer automatic_leave.waiting_room_timeout.',
  },
  END_REASON_DENIED: {
    ...{ reason: 'denied', botEvent: 'bot.denied', status: 'Denied', clean: false },
    message: 'Failed: The host denied the request to join',
    advice: 'Ask the host to admit the bot under its bot_name, then order another one.',
  },
  END_REASON_WRONG_LINK: failed({
    reason: 'wrong-link',
    message: 'Failed: The link leads to no meeting',
    advice:
      'Open the link in a private browser window. Send the whole link with its passcode, of a meeting that exists.',
  }),
  END_REASON_SIGN_IN_REQUIRED: failed({
    reason: 'sign-in-required',
    message: 'Failed: The meeting requires signing in',
    advice: 'The bot is a guest. Have the host allow guests who are not signed in, then order another bot.',
  }),
  END_REASON_BLOCKED: failed({
    reason: 'blocked',
    message: 'Failed: The platform refused the bot',
    advice: 'GET /bots/{id}/get_screenshots shows what the platform said. Try later, or ask the host to allow guests.',
  }),
  END_REASON_JOIN_FAILED: failed({
    reason: 'join-failed',
    message: 'Failed: Could not join the meeting',
    advice: 'GET /bots/{id}/get_screenshots shows where the bot stood. Check the link in a browser, then try again.',
  }),
  END_REASON_WORKER_LOST: failed({
    reason: 'worker-lost',
    message: 'Failed: The bot was lost',
    advice: 'A fault of the server, not of the request: order another bot, and tell the operator if it happens again.',
  }),
  END_REASON_RECORDING_DENIED: stopped({
    reason: 'recording-denied',
    message: 'Bot exited: recording was not permitted',
    advice: 'Have the host allow the bot to record when it asks, then order another one.',
  }),
  END_REASON_ONLY_BOTS_LEFT: stopped({
    reason: 'only-bots-left',
    message: 'Bot exited: only bots were left in the meeting',
    advice: 'Nothing is wrong. automatic_leave.bot_detection says which participants are taken for bots.',
  }),
  END_REASON_CONSENT_REQUIRED: failed({
    reason: 'consent-required',
    message: 'Failed: The page asks for consent that nobody has given',
    advice:
      "Read the page's terms. The operator of this server agrees to those of a host in WEB_TERMS_ACCEPTED_HOSTS; then order another bot.",
  }),
  END_REASON_NAME_REFUSED: failed({
    reason: 'name-refused',
    message: "Failed: The page refused the bot's name",
    advice: 'Order another bot with a bot_name of letters and digits that nobody in the meeting has.',
  }),
};

/** On the way out the reason is known. A bot that was sent again may still have one from before. */
const ending: readonly BotState[] = ['BOT_STATE_LEAVING', 'BOT_STATE_PROCESSING', 'BOT_STATE_DONE', 'BOT_STATE_FAILED'];

/** Why a bot's visit ends or ended; undefined before that. Stays with an erased bot. */
export function endingOf({ state, endReason }: Pick<Bot, 'state' | 'endReason'>): Ending | undefined {
  return ending.includes(state) ? endings[endReason] : undefined;
}

/**
 * As `/status` and `/detail` show it: null, all four, before the end. `detail`: what more is known, the page's own words where it
 * said any; null also where nothing is, and of an erased bot.
 */
export function toEndFields(bot: Pick<Bot, 'state' | 'endReason' | 'detail'>) {
  const ending = endingOf(bot);
  const { message = null, reason = null, advice = null } = ending ?? {};
  return { message, reason, advice, detail: (ending && bot.detail) || null };
}
