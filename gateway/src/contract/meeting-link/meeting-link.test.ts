import { describe, expect, it } from 'vitest';
import { parseMeetingLink } from './index.ts';

const context = encodeURIComponent('{"Tid":"72f9","Oid":"5c1a"}');
const threadPath = `l/meetup-join/19%3ameeting_NjA0%40thread.v2/1700000000000`;
const coords = (value: object) => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'));
const threadCoords = coords({
  conversationId: '19:meeting_NjA0@thread.v2',
  tenantId: '72f9',
  messageId: '1700000000000',
  organizerId: '5c1a',
});
const digitCoords = coords({ meetingUrl: 'x', meetingCode: '9341234567890', passcode: 'aBc' });
const thread = 'teams.microsoft.com/19:meeting_NjA0@thread.v2/1700000000000';
const meet = 'meet.google.com/abc-defg-hij';

const zoomId = '85312345678';
const zoom = `https://us02web.zoom.us/j/${zoomId}`;
const enc = encodeURIComponent;

/** As Proofpoint's v3 writes a link: what is not plain stands behind it. */
function defended(link: string): string {
  const kept: string[] = [];
  const written = link.replace(/[^\w.~:/?=&-]/g, (character) => (kept.push(character), '*'));
  return `https://urldefense.com/v3/__${written}__;${Buffer.from(kept.join('')).toString('base64url')}!!Dx8!A-b_c$`;
}

describe('parseMeetingLink', () => {
  it.each([
    ['Proofpoint v1', `https://urldefense.proofpoint.com/v1/url?u=${enc(`${zoom}?pwd=a.1`)}&k=x`],
    [
      'Proofpoint v2',
      `https://urldefense.proofpoint.com/v2/url?u=https-3A__us02web.zoom.us_j_${zoomId}-3Fpwd-3Da.1&d=DwMFaQ&c=eu&pwd=Z`,
    ],
    ['Proofpoint v3', defended(`${zoom}?pwd=a.1`)],
    ['Proofpoint v3 in a sentence', `Join (${defended(`${zoom}?pwd=a.1`)}).`],
    ['LinkedIn', `https://www.linkedin.com/redir/redirect?url=${enc(`${zoom}?pwd=a.1`)}&urlhash=mE9q&trk=x`],
    ['LinkedIn, of today', `https://www.linkedin.com/safety/go?url=${enc(`${zoom}?pwd=a.1`)}&trk=flagship`],
    ['Slack', `https://slack-redir.net/link?url=${enc(`${zoom}?pwd=a.1`)}&v=3`],
    ['Slack, unencoded', `https://slack-redir.net/link?url=${zoom}?pwd=a.1&v=3`],
    ['Slack markup', `<${zoom}?pwd=a.1|join here>`],
    ['Symantec, unencoded', `https://clicktime.symantec.com/15t?h=1&u=${zoom}?pwd=a.1&pwd=other`],
    ['Google, half encoded', `https://www.google.com/url?q=${zoom}?pwd%3Da.1&sa=D&pwd=other`],
    ['Symantec', `https://clicktime.symantec.com/3KtB?h=9a&u=${enc(`${zoom}?pwd=a.1`)}`],
    [
      'Trend Micro',
      `https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=${enc(`${zoom}?pwd=a.1`)}&umid=7`,
    ],
    ['Cisco', `https://secure-web.cisco.com/1abc/${enc(`${zoom}?pwd=a.1`)}`],
    ["Meet's own chat", `https://meet.google.com/linkredirect?authuser=0&dest=${enc(`${zoom}?pwd=a.1`)}`],
    ['somebody unknown', `https://click.example.org/t?id=7&to=${enc(`${zoom}?pwd=a.1`)}&pwd=Z`],
    ['an invisible mark behind it', `${zoom}?pwd=a.1\u2069`],
    ['an invisible mark in it', `https://us02web.zoom.us/\u200bj/${zoomId}?pwd=a.1\u200b`],
    ['an encoded invisible mark', `${zoom}?pwd=a.1%E2%80%8B`],
    ['an ideographic full stop', `会議 ${zoom}?pwd=a.1。どうぞ`],
    ['a full-width comma', `${zoom}?pwd=a.1，谢谢`],
    ['brackets of East Asia', `「${zoom}?pwd=a.1」`],
    ['quotes of print', `“${zoom}?pwd=a.1”`],
    ['references of HTML', `https:&#x2F;&#x2F;us02web.zoom.us/j/${zoomId}?pwd&#61;a.1&quot;&gt;`],
    ['an anchor', `<a href="${zoom}?pwd=a.1">join</a>`],
    ['markdown', `**${zoom}?pwd=a.1**`],
    ['markdown with underscores', `_${zoom}?pwd=a.1_`],
    ['quoted-printable', `https://us02web.zoom.us/j/8531=\r\n2345678?pwd=3Da.1`],
    ['capital letters', `https://us02web.zoom.us/J/${zoomId}?pwd=a.1`],
    ['two links, the second with the passcode', `${zoom} or ${zoom}?pwd=a.1`],
    ['an empty passcode and another link', `${zoom}?pwd= ${zoom}?pwd=a.1`],
    ['an encoded quote', `${zoom}?pwd=a.1%22`],
  ])('reads a link in %s', (_, text) => {
    expect(parseMeetingLink(text, [])).toMatchObject({ meeting: `zoom.us/${zoomId}`, url: `${zoom}?pwd=a.1` });
  });

  it('reads the link of the example that Proofpoint wraps', () => {
    const v2 = 'https://urldefense.proofpoint.com/v2/url?u=https-3A__meet.google.com_abc-2Ddefg-2Dhij&d=DwMFaQ';
    expect(parseMeetingLink(v2, [])).toMatchObject({ url: 'https://meet.google.com/abc-defg-hij' });
    const v3 = 'https://urldefense.com/v3/__https://meet.google.com/abc-defg-hij__;!!Dx8!Ab$';
    expect(parseMeetingLink(v3, [])).toMatchObject({ url: 'https://meet.google.com/abc-defg-hij' });
    const run = 'https://urldefense.com/v3/__https://zoom.us/j/85312345678?pwd=a**Bb__;IyEj!!Dx8!Ab$';
    expect(parseMeetingLink(run, [])).toMatchObject({ meeting: 'zoom.us/85312345678' });
  });

  it.each([
    ['Passcode: 584706', '584706'],
    ['**Passcode:** 584706', '584706'],
    ['**Passcode: 584706**', '584706'],
    ['Passcode: **584706**', '584706'],
    ['Passcode: `584706`', '584706'],
    ['_Passcode_: _584706_', '584706'],
    ['<b>Passcode:</b> <i>584706</i>', '584706'],
    ['Passcode:&nbsp;584706', '584706'],
    ['Passcode: 584706.', '584706'],
    ['Passcode: 584706\u2069。', '584706'],
    ['Passcode：584706，', '584706'],
    ['Passcode: a_B*c', 'a_B*c'],
    ['Passcode: *aB', '*aB'],
    ['Passcode: aB!', 'aB!'],
    ['Kenncode: aBc1', 'aBc1'],
    ['密码：584706', '584706'],
    ['Telephone passcode: 999999\nPasscode: 584706', '584706'],
  ])('finds the passcode in %s', (text, passcode) => {
    const parsed = parseMeetingLink(`Join\n${zoom}\n${text}\n`, []);
    expect(typeof parsed === 'string' ? parsed : new URL(parsed.url).searchParams.get('pwd')).toBe(passcode);
  });

  it("takes no other meeting's passcode", () => {
    const other = 'https://zoom.us/j/91112223334';
    for (const text of [
      `Monday ${zoom}\nTuesday ${other} Passcode: 999999`,
      `Passcode: 999999 ${other} and ${zoom}`.replace(other, '').concat(` ${other} Passcode: 111111`),
    ]) {
      const parsed = parseMeetingLink(text, []);
      expect(parsed, text).toMatchObject({ meeting: `zoom.us/${zoomId}`, url: zoom });
    }
    expect(parseMeetingLink(`${zoom} Passcode: 1234\n${other} Passcode: 9999`, [])).toMatchObject({
      url: `${zoom}?pwd=1234`,
    });
    expect(parseMeetingLink(`${zoom}?pwd=a+b.1`, [])).toMatchObject({ url: `${zoom}?pwd=a+b.1` });
  });

  it('takes the passcode of a Teams meeting from its text, and opens what the application opens', () => {
    const teams = 'https://teams.microsoft.com/meet/23412345678901';
    expect(parseMeetingLink(`${teams}\nMeeting ID: 234\nPasscode: aBc12`, [])).toMatchObject({
      url: `${teams}?p=aBc12`,
    });
    expect(parseMeetingLink(`zoommtg://us02web.zoom.us/join?action=join&confno=${zoomId}&pwd=a.1`, [])).toMatchObject({
      url: `${zoom}?pwd=a.1`,
    });
  });

  it('says of a link that hides another what to do', () => {
    expect(parseMeetingLink('https://lnkd.in/abc', [])).toContain('shortened');
    expect(parseMeetingLink('https://protect-us.mimecast.com/s/abc?domain=zoom.us', [])).toContain('leads to');
  });

  it.each([
    ['https://meet.google.com/abc-defg-hij', meet],
    ['https://www.meet.google.com/ABC-defg-hij/?authuser=1', meet],
    ['meet.google.com/abc-defg-hij', meet],
    ['abc-defg-hij', meet],
    ['abc-defg-hij。', meet],
    ['https://meet.google.com/abc\u2011defg–hij', meet],
    ['"https://meet.google.com/abc-defg-hij"', meet],
    ['Weekly (https://meet.google.com/abc-defg-hij).', meet],
    ['junk text https://example.org/agenda then https://meet.google.com/abc-defg-hij, all welcome', meet],
    [`https://teams.microsoft.com/${threadPath}?context=${context}`, thread],
    [`https://teams.microsoft.com/l/meetup-join/19:meeting_NjA0@thread.v2/1700000000000?context=${context}`, thread],
    [
      'https://teams.microsoft.com/l/meetup-join/19%253aabc%2540thread.tacv2/7',
      'teams.microsoft.com/19:abc@thread.tacv2/7',
    ],
    [`https://teams.microsoft.com/v2/?meetingjoin=true#/${threadPath}?context=${context}&anon=true`, thread],
    [`https://teams.microsoft.com/_#/${threadPath}?context=${context}`, thread],
    [`https://teams.microsoft.com/light-meetings/launch?agent=web&coords=${threadCoords}`, thread],
    [
      `https://teams.microsoft.com/dl/launcher/launcher.html?url=${encodeURIComponent(`/_#/${threadPath}?context=${context}`)}&type=meetup-join`,
      thread,
    ],
    ['https://teams.microsoft.com/meet/23412345678901?p=aBc', 'teams.microsoft.com/meet/23412345678901'],
    ['https://teams.live.com/meet/9341234567890?p=aBc', 'teams.live.com/meet/9341234567890'],
    ['https://teams.live.com/v2/?meetingjoin=true#/meet/9341234567890?p=aBc', 'teams.live.com/meet/9341234567890'],
    [`https://teams.live.com/light-meetings/launch?coords=${digitCoords}`, 'teams.live.com/meet/9341234567890'],
    [
      `https://teams.live.com/dl/launcher/launcher.html?url=${encodeURIComponent('/_#/meet/9341234567890?p=aBc')}`,
      'teams.live.com/meet/9341234567890',
    ],
    ['https://gov.teams.microsoft.us/meet/234123456789?p=x', 'gov.teams.microsoft.us/meet/234123456789'],
    ['https://dod.teams.microsoft.us/meet/234123456789?p=x', 'dod.teams.microsoft.us/meet/234123456789'],
    ['https://teams.microsoft.us/meet/234123456789?p=x', 'teams.microsoft.us/meet/234123456789'],
    ['https://teams.cloud.microsoft/meet/234123456789?p=x', 'teams.microsoft.com/meet/234123456789'],
    ['https://us02web.zoom.us/j/85312345678?pwd=a.1', 'zoom.us/85312345678'],
    ['https://zoom.us/s/123456789', 'zoom.us/123456789'],
    ['https://zoom.us/w/85312345678?tk=t.1&pwd=a', 'zoom.us/85312345678'],
    ['https://app.zoom.us/wc/85312345678/join?pwd=a', 'zoom.us/85312345678'],
    ['https://zoom.us/wc/join/85312345678', 'zoom.us/85312345678'],
    ['https://app.zoom.us/wc/85312345678/start?fromPWA=1&pwd=a', 'zoom.us/85312345678'],
    ['https://acme.zoom.us/my/Jo.Doe', 'acme.zoom.us/my/jo.doe'],
    ['https://agency.zoomgov.com/j/1612345678?pwd=a', 'zoomgov.com/1612345678'],
    ['https://events.zoom.us/ev/Abc_1-2?lmt=1', 'events.zoom.us/ev/Abc_1-2'],
    ['us02web.zoom.us/j/85312345678?pwd=a', 'zoom.us/85312345678'],
    ['http://meet.example.org:8080/r/1', 'meet.example.org:8080/r/1'],
  ])('%s means %s', (link, meeting) => {
    expect(parseMeetingLink(link, ['meet.example.org:8080'])).toMatchObject({ meeting });
  });

  it.each([
    ['https://zoom.us/w/85312345678?tk=t.1&password=a', 'https://zoom.us/w/85312345678?tk=t.1&password=a'],
    ['https://zoom.us/j/85312345678?password=a.b', 'https://zoom.us/j/85312345678?pwd=a.b'],
    ['https://zoom.us/j/85312345678?pwd%3Da.b', 'https://zoom.us/j/85312345678?pwd=a.b'],
    ['https://zoom.us/j/85312345678 (Passcode: 584706)', 'https://zoom.us/j/85312345678?pwd=584706'],
    ['Join https://zoom.us/j/85312345678 \n Password: 5847', 'https://zoom.us/j/85312345678?pwd=5847'],
    ['https://zoom.us/j/85312345678?pwd=a&amp;uname=b', 'https://zoom.us/j/85312345678?pwd=a&uname=b'],
    ['https://zoom.us/j/853%201234%205678', 'https://zoom.us/j/85312345678'],
    [
      `https://teams.live.com/light-meetings/launch?coords=${digitCoords}`,
      'https://teams.live.com/meet/9341234567890?p=aBc',
    ],
    [
      `https://teams.microsoft.com/light-meetings/launch?coords=${threadCoords}`,
      `https://teams.microsoft.com/v2/?meetingjoin=true#/l/meetup-join/19%3Ameeting_NjA0%40thread.v2/1700000000000?context=${context}&anon=true`,
    ],
    ['abc-defg-hij', 'https://meet.google.com/abc-defg-hij'],
  ])('%s is opened as %s', (link, url) => {
    expect(parseMeetingLink(link, [])).toMatchObject({ url });
  });

  it.each([
    ['not a link', 'is not a URL'],
    ['', 'is not a URL'],
    ['ftp://meet.google.com/abc-defg-hij', 'must be an http(s) URL'],
    ['https://meet.google.com/landing', 'abc-defg-hij'],
    ['https://meet.google.com/lookup/standup', 'nickname'],
    ['https://example.org/room', 'no known platform'],
    ['https://zoom.us.example.org/j/123456789', 'no known platform'],
    ['https://evil-meet.google.com/abc-defg-hij', 'no known platform'],
    ['https://user:secret@zoom.us/j/123456789', 'credentials'],
    ['https://zoom.us/j/', 'line break'],
    ['https://zoom.us/j', 'line break'],
    ['https://zoom.us/j/?pwd=abc', 'line break'],
    ['https://zoom.us/j/12345', '9 to 11 digits'],
    ['https://zoom.us/pricing', 'not one to a meeting'],
    ['https://zoom.us/meeting/register/abc', 'registration'],
    ['https://events.zoom.us/', 'no event'],
    ['https://teams.microsoft.com/l/chat/0/0', 'not one to a meeting'],
    ['https://teams.microsoft.com/l/meetup-join/19%3ameeting', 'cut'],
    ['https://teams.microsoft.com/light-meetings/launch?coords=e30', 'cut'],
    ['https://teams.microsoft.com/light-meetings/launch?coords=%7B', 'cut'],
    ['https://teams.microsoft.com/meet/abc', 'row of digits'],
    ['https://teams.microsoft.com/dl/launcher/launcher.html', 'not one to a meeting'],
    ['https://teams.microsoft.com/dl/launcher/launcher.html?url=https%3A%2F%2Fevil.example%2F', 'launcher'],
    ['https://www.google.com/url?q=https%3A%2F%2Fexample.org%2F', 'no known platform'],
  ])('%s is refused: %s', (link, why) => {
    expect(parseMeetingLink(link, [])).toContain(why);
  });
});
