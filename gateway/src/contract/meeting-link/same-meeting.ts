import type { MeetingLink } from './link-form.ts';

/** What campaigns and mailers add to links of any site. */
const tracking = /^(?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id)$/i;

/** Whether two links lead to one meeting, however each is spelled; passcodes and tokens are no part of it. */
export function isSameMeeting(one: MeetingLink, other: MeetingLink): boolean {
  if (one.platform !== other.platform || one.meeting !== other.meeting) return false;
  return one.platform !== 'web' || roomOf(one) === roomOf(other);
}

/** On a page of unknown make whatever is behind its path may name the room; the order of parameters does not. */
function roomOf({ url }: MeetingLink): string {
  const { searchParams, hash } = new URL(url);
  for (const name of [...searchParams.keys()]) if (tracking.test(name)) searchParams.delete(name);
  searchParams.sort();
  return `${searchParams.toString()}${hash === '#' ? '' : hash}`;
}
