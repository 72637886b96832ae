/** Where the browser is to go, and what is known of the passcode; undefined for a link that can lead nowhere. */
export interface WebClientLink {
  readonly url: string;
  /** As the link carries it; empty for none. */
  readonly passcode: string;
}

const launchers = /^\/(?:j|s|w)(?:\/(\d+))?\/?$/;
const clients = /^\/wc\/(?:join\/(\d+)|(\d+)\/(?:join|start))\/?$/;

/**
 * The web client's own address of a meeting, so that no launcher asks for an app. A registrant's link (`tk`) stays as it is,
 * since the token belongs to its address; so do personal, events and other links, which only the platform can resolve.
 */
export function webClientLink(meetingUrl: string): WebClientLink | undefined {
  const url = new URL(meetingUrl);
  const passcode = url.searchParams.get('pwd') ?? '';
  const launcher = launchers.exec(url.pathname);
  const id = launcher?.[1] ?? clients.exec(url.pathname)?.slice(1).find(Boolean);
  // An invitation that was wrapped by a mail program loses its digits.
  if (launcher && id === undefined) return undefined;
  if (id === undefined || url.searchParams.has('tk')) return { url: url.href, passcode };
  const client = new URL(`https://${clientHost(url.hostname)}/wc/${id}/join`);
  if (passcode) client.searchParams.set('pwd', passcode);
  return { url: client.href, passcode };
}

/** Government meetings have a cloud of their own, where no `app` host is documented. */
function clientHost(host: string): string {
  return /(^|\.)zoom\.(us|com)$/.test(host) ? 'app.zoom.us' : host;
}
