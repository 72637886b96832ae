import type { Check } from './meeting-view.ts';

/** The meeting is over for everybody. */
export const meetingEnded: Check = (view) => (view.admission === 'ended' ? 'meeting-ended' : undefined);
