import type { Face } from '@earshot/lab';

/** Texts by which the platforms themselves say that a visit is over, has not begun or is not wanted. */
const words: Readonly<Record<Face, readonly string[]>> = {
  web: [
    'You were removed from the meeting',
    'The meeting has ended',
    'The host denied your request',
    'Please wait. The host will let you in soon.',
    'The connection was lost',
  ],
  'google-meet': [
    "You've been removed from the meeting",
    'The call ended',
    'Someone in the call denied your request to join',
    'No one responded to your request to join the call',
    "You can't join this video call",
    'Check your meeting code',
    'Asking to be let in',
    "You'll join the call when someone lets you in",
    'Please wait until a meeting host brings you into the call',
    'Return to home screen',
    'Ask to join',
    'You lost your network connection. Trying to reconnect.',
  ],
  teams: [
    "You've been removed from this meeting",
    '# Meeting ended',
    'Sorry, but you were denied access to the meeting.',
    'Nobody responded to your request to join the meeting',
    "# We couldn't find a meeting matching this ID and passcode",
    '# Someone will let you in shortly',
    "We've let people in the meeting know you're waiting",
    "When the meeting starts, we'll let people know you're waiting",
    'We need to verify your info before you can join',
    "# Verify you're a real person",
    "# We couldn't connect you",
    'Continue on this browser',
    'Did you leave by mistake?',
  ],
  zoom: [
    'You have been removed',
    'This meeting has been ended by host',
    'Waiting for the host to start the meeting.',
    "Host has joined. We've let them know you're here.",
    "Automated bots aren't allowed to join this meeting.",
    'Sign in to join this meeting',
    'This meeting link is invalid (3,001)',
    'Unable to join this meeting',
    'Meeting connected timeout.',
    'Incorrect Password',
  ],
};

/** Teams marks a tile by its person's name, so that a name can be any of the platform's own marks. */
const marks = [
  'calling-prejoin-screen',
  'prejoin-join-button',
  'calling-retry-screen',
  'anon-meeting-end-screen-header',
  'lobby-screen',
  'calling-toolbar',
];

/** As chat messages; one that begins with a hash becomes a heading where the platform has them. */
export function fatalWords(face: Face): readonly string[] {
  return words[face];
}

/** As names of people: the words, and what else a name can be mistaken for. */
export function fatalNames(face: Face): readonly string[] {
  const spoken = words[face].map((text) => text.replace(/^# /, ''));
  return face === 'teams' ? [...spoken, ...marks] : spoken;
}
