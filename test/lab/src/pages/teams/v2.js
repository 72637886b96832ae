// The page stays empty for a while, as the client does while it loads.
const emptyMs = 400;

const link = location.hash.slice(1);
const target = new URL(link, location.origin);

/** What the light client gets to know about the meeting, in the two forms it is seen in. */
function coords() {
  const [kind, , thread, messageId] = target.pathname.split('/').slice(1);
  if (kind !== 'l') {
    const meetingCode = target.pathname.split('/')[2];
    return { meetingUrl: target.href, meetingCode, passcode: target.searchParams.get('p') ?? '' };
  }
  const { Tid, Oid } = JSON.parse(target.searchParams.get('context') ?? '{}');
  return { conversationId: decodeURIComponent(thread), tenantId: Tid, messageId, organizerId: Oid };
}

setTimeout(() => {
  const encoded = encodeURIComponent(window.btoa(JSON.stringify(coords())));
  location.replace(`/light-meetings/launch?agent=web&version=1&coords=${encoded}&lightExperience=true`);
}, emptyMs);
