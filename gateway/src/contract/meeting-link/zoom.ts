import { decoded, hostOf, type LinkForm } from './link-form.ts';

/** The places of a meeting's number in a path. */
const numbered = [/^\/[jsw]\/([^/]*)/i, /^\/wc\/(?:join|start)\/([^/]*)/i, /^\/wc\/([^/]*)\/(?:join|start)/i];
/** 9 to 11 digits, as Zoom's support pages give the meeting id; invitations write them in groups. */
const meetingNumber = /^\d{9,11}$/;
const personalName = /^\/(?:wc\/)?my\/([\w.-]+)\/?$/i;
/** What is no part of a passcode, and stands behind one in a link that was copied with its sentence. */
const notPasscode = /[\s"'<>()[\]{},;“”‘’、。，；：！？（）「」『』【】].*$/su;

export const zoomLinks: LinkForm = {
  read(url) {
    const { pathname } = url;
    const host = hostOf(url);
    const link = (meeting: string) => {
      if (!isTokened(url)) setPasscode(url);
      return { url: url.href, meeting };
    };
    if (host.startsWith('events.')) {
      if (pathname === '/') return 'is a Zoom Events page, but leads to no event';
      return { url: url.href, meeting: `${host}${pathname.replace(/\/$/, '')}` };
    }
    if (/^\/(?:meeting|webinar)\/register(?:\/|$)/.test(pathname)) {
      return 'is a Zoom registration page: register, and give the personal link to join';
    }
    const name = personalName.exec(pathname)?.[1];
    if (name !== undefined) return link(`${host}/my/${name.toLowerCase()}`);
    const found = numbered.map((form) => form.exec(pathname)?.[1]).find((place) => place !== undefined);
    if (found === undefined && !/^\/[jsw]$/i.test(pathname)) return 'is a Zoom link, but not one to a meeting';
    const number = decoded(found ?? '').replace(/[^\dA-Za-z]/g, '');
    if (number === '') return 'is a Zoom link without a meeting id: it was cut, perhaps by a line break';
    if (!meetingNumber.test(number)) return 'is a Zoom link whose meeting id is not 9 to 11 digits';
    // Zoom knows these words in small letters.
    url.pathname = pathname.toLowerCase().replace((found ?? '').toLowerCase(), number);
    return link(`${host.endsWith('zoomgov.com') ? 'zoomgov.com' : 'zoom.us'}/${number}`);
  },
  passcodeParameter: ({ url }) =>
    isTokened(new URL(url)) || hostOf(new URL(url)).startsWith('events.') ? undefined : 'pwd',
};

/** The token of somebody who is registered is worth nothing once the link is written anew. */
function isTokened(url: URL): boolean {
  return url.searchParams.has('tk');
}

/** One spelling for the passcode, which comes as `pwd`, as `password`, or encoded together with its name. */
function setPasscode(url: URL): void {
  const folded = /[?&](?:pwd|password)%3D([^&]*)/i.exec(url.search);
  if (folded) url.search = url.search.replace(folded[0], `${folded[0].charAt(0)}pwd=${folded[1] ?? ''}`);
  const inPwd = rawValue(url, 'pwd');
  const given = inPwd || rawValue(url, 'password');
  const passcode = given.replace(notPasscode, '');
  if (passcode === inPwd) return;
  url.searchParams.delete('password');
  if (passcode === '') url.searchParams.delete('pwd');
  else url.searchParams.set('pwd', passcode);
}

/** A parameter whose plus signs are plus signs; empty where there is none. */
function rawValue(url: URL, name: string): string {
  return decoded(new RegExp(`[?&]${name}=([^&]*)`).exec(url.search)?.[1] ?? '');
}
