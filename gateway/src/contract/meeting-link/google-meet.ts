import { hostOf, type LinkForm } from './link-form.ts';

const meetHost = 'meet.google.com';
const meetCode = /^\/([a-z]{3}-[a-z]{4}-[a-z]{3})\/?$/;
/** A code that is a whole text, without host; a full stop may follow. */
export const bareMeetCode = /^([a-z]{3}-[a-z]{4}-[a-z]{3})[.。]?$/i;

export const googleMeetLinks: LinkForm = {
  read(url) {
    const path = url.pathname.toLowerCase();
    if (path.startsWith('/lookup/')) return 'is a Google Meet nickname: give the link with the code abc-defg-hij';
    const code = meetCode.exec(path)?.[1];
    if (!code) return 'is not a Google Meet link: the code looks like abc-defg-hij';
    return {
      url: `https://${meetHost}/${code}${url.search}`,
      meeting: `${hostOf(url).replace('www.', '')}/${code}`,
    };
  },
};
