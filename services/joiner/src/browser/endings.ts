import type { EndReason } from '@earshot/kernel';
import type { Ending } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';

const details: Readonly<Record<EndReason, string>> = {
  'stop-ordered': 'the bot was told to leave',
  'everyone-left': 'everyone else had left',
  'no-one-joined': 'nobody else joined',
  'meeting-ended': 'the meeting ended',
  removed: 'a participant removed the bot',
  'recording-limit': 'the recording reached its limit',
  'voice-inactivity': 'nobody spoke for too long',
  'waiting-room-timeout': 'nobody let the bot in',
  denied: 'the request to join was refused or not answered',
  'wrong-link': 'the link leads to no meeting',
  'sign-in-required': 'the meeting wants participants who are signed in',
  blocked: 'the platform did not let the bot in',
  'join-failed': 'the page did not lead into the meeting in time',
  'worker-lost': 'the page or its browser was lost',
  'recording-denied': 'recording was not permitted',
  'only-bots-left': 'nobody but bots was there any more',
  'consent-required': 'the page wants somebody to agree to its terms',
  'name-refused': "the page does not take the bot's name",
};

/** What there is to add where the way in took too long, by the state the bot stood in. */
const unreached: Partial<Record<JoinState, string>> = {
  network: 'the meeting could not be reached over the network',
  loading: 'the page did not lead into the meeting in time: it showed nothing that is known',
  name: 'the page did not lead into the meeting in time: it stayed at its entrance',
};

/**
 * The end that belongs to a reason, in the given join state; `words`: the page's last text there. Only what failed on our
 * side may be tried again.
 */
export function endingOf(
  reason: EndReason,
  { admission, words }: { admission?: JoinState; words?: string } = {},
): Ending {
  const further = reason === 'join-failed' && admission ? unreached[admission] : undefined;
  const detail = further ?? details[reason];
  const addsWords = ['consent-required', 'name-refused', 'join-failed'].includes(reason) && words;
  return { reason, detail: addsWords ? `${detail}: ${words}` : detail, retryable: reason === 'worker-lost' };
}
