import { hostOf, type LinkForm } from './link-form.ts';

const domains = ['zoom.us', 'zoom.com', 'zoomgov.com'];
/** The places of a meeting's number in a path. */
const numbered = [/^\/[jsw]\/([^/]*)/, /^\/wc\/(?:join|start)\/([^/]*)/, /^\/wc\/([^/]*)\/(?:join|start)/];
/** 9 to 11 digits, as Zoom's support pages give the meeting id; invitations write them in groups. */
const meetingNumber = /^\d{9,11}$/;
const personalName = /^\/(?:wc\/)?my\/([\w.-]+)\/?$/;
const passcodeInText = /(?:pass ?code|password)\s*[:：]\s*([^\s()<>,;]{1,32})/i;

export const zoomLinks: LinkForm = {
  owns: (host) => domains.some((name) => host === name || host.endsWith(`.${name}`)),
  read(url, text) {
    const { pathname } = url;
    const host = hostOf(url);
    // The token of somebody who is registered is worth nothing once the link is written anew.
    const isTokened = url.searchParams.has('tk');
    const link = (meeting: string) => {
      if (!isTokened) setPasscode(url, text);
      return { platform: 'PLATFORM_ZOOM', url: url.href, meeting } as const;
    };
    if (host.startsWith('events.')) {
      if (pathname === '/') return 'is a Zoom Events page, but leads to no event';
      return { platform: 'PLATFORM_ZOOM', url: url.href, meeting: `${host}${pathname.replace(/\/$/, '')}` };
    }
    if (/^\/(?:meeting|webinar)\/register(?:\/|$)/.test(pathname)) {
      return 'is a Zoom registration page: register, and give the personal link to join';
    }
    const name = personalName.exec(pathname)?.[1];
    if (name !== undefined) return link(`${host}/my/${name.toLowerCase()}`);
    const found = numbered.map((form) => form.exec(pathname)?.[1]).find((place) => place !== undefined);
    if (found === undefined && !/^\/[jsw]$/.test(pathname)) return 'is a Zoom link, but not one to a meeting';
    const number = (found ?? '').replace(/%20|[\s-]/g, '');
    if (number === '') return 'is a Zoom link without a meeting id: it was cut, perhaps by a line break';
    if (!meetingNumber.test(number)) return 'is a Zoom link whose meeting id is not 9 to 11 digits';
    url.pathname = pathname.replace(found ?? '', number);
    return link(`${host.endsWith('zoomgov.com') ? 'zoomgov.com' : 'zoom.us'}/${number}`);
  },
};

/** One spelling for the passcode, which comes as `pwd`, as `password`, encoded together with its name, or in the text. */
function setPasscode(url: URL, text: string): void {
  const folded = /[?&](?:pwd|password)%3D([^&]*)/i.exec(url.search);
  if (folded) url.search = url.search.replace(folded[0], `${folded[0].charAt(0)}pwd=${folded[1] ?? ''}`);
  const params = url.searchParams;
  if (params.has('pwd')) return;
  const passcode = params.get('password') ?? passcodeInText.exec(text)?.[1];
  if (!passcode) return;
  params.delete('password');
  params.set('pwd', passcode);
}
