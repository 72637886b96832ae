import type { Check } from './visit-view.ts';

/** The meeting is over for everybody. */
export const meetingEnded: Check = (view) => (view.door === 'ended' ? 'meeting-ended' : undefined);
