import { describe, expect, it } from 'vitest';
import { parseMeetingLink } from './index.ts';

/** mulberry32: the same numbers for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Next = (below: number) => number;
const pick = <T>(next: Next, values: readonly T[]): T => values[next(values.length)] as T;
const word = (next: Next, letters: string, length: number) =>
  Array.from({ length }, () => pick(next, [...letters])).join('');
const small = 'abcdefghijklmnopqrstuvwxyz';
const digits = '123456789';
const secret = (next: Next) => `${word(next, `${small}ABC0${digits}`, 10)}.1`;
const context = (next: Next) => encodeURIComponent(JSON.stringify({ Tid: word(next, digits, 8), Oid: 'o' }));
const thread = (next: Next) =>
  `19%3ameeting_${word(next, small, 20)}%40thread.${pick(next, ['v2', 'tacv2'])}/${word(next, digits, 13)}`;
const teamsHost = (next: Next) =>
  pick(next, ['teams.microsoft.com', 'gov.teams.microsoft.us', 'dod.teams.microsoft.us', 'teams.cloud.microsoft']);
const zoomHost = (next: Next) => pick(next, ['zoom.us', 'us02web.zoom.us', 'app.zoom.us', 'a.zoomgov.com']);
const zoomId = (next: Next) => word(next, digits, 9 + next(3));

const forms: Readonly<Record<string, (next: Next) => string>> = {
  meet: (next) => `https://meet.google.com/${word(next, small, 3)}-${word(next, small, 4)}-${word(next, small, 3)}`,
  'meetup-join': (next) => `https://${teamsHost(next)}/l/meetup-join/${thread(next)}?context=${context(next)}`,
  'v2 meetup-join': (next) =>
    `https://${teamsHost(next)}/v2/?meetingjoin=true#/l/meetup-join/${thread(next)}?context=${context(next)}&anon=true`,
  'teams meet': (next) => `https://teams.microsoft.com/meet/${word(next, digits, 13)}?p=${secret(next)}`,
  'v2 meet': (next) => `https://teams.live.com/v2/?meetingjoin=true#/meet/${word(next, digits, 13)}?p=${secret(next)}`,
  launcher: (next) =>
    `https://${teamsHost(next)}/dl/launcher/launcher.html?url=${encodeURIComponent(`/_#/l/meetup-join/${thread(next)}?context=${context(next)}`)}`,
  'light-meetings': (next) =>
    `https://teams.live.com/light-meetings/launch?coords=${encodeURIComponent(Buffer.from(JSON.stringify({ meetingCode: word(next, digits, 13), passcode: secret(next) })).toString('base64'))}`,
  'zoom j': (next) => `https://${zoomHost(next)}/${pick(next, ['j', 's', 'w'])}/${zoomId(next)}?pwd=${secret(next)}`,
  'zoom tk': (next) => `https://zoom.us/w/${zoomId(next)}?tk=${secret(next)}`,
  'zoom wc': (next) => `https://app.zoom.us/wc/${zoomId(next)}/${pick(next, ['join', 'start'])}?pwd=${secret(next)}`,
  'zoom wc join': (next) => `https://zoom.us/wc/join/${zoomId(next)}`,
  'zoom my': (next) => `https://zoom.us/my/${word(next, small, 8)}?pwd=${secret(next)}`,
  'zoom events': (next) => `https://events.zoom.us/ev/${word(next, small, 12)}?lmt=${secret(next)}`,
};

const wrappers: Readonly<Record<string, (link: string) => string>> = {
  nothing: (link) => link,
  google: (link) => `https://www.google.com/url?q=${encodeURIComponent(link)}&sa=D&source=calendar`,
  safelinks: (link) =>
    `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(link)}&data=05%7C02%7C&reserved=0`,
  'safelinks gov': (link) => `https://gcc02.safelinks.protection.office365.us/?url=${encodeURIComponent(link)}`,
  encoded: (link) => encodeURIComponent(link),
  'encoded twice': (link) => encodeURIComponent(encodeURIComponent(link)),
  quotes: (link) => `"${link}"`,
  angles: (link) => `Join: <${link}>`,
  brackets: (link) => `please come (${link}).`,
  markdown: (link) => `[our call](${link})`,
  sentence: (link) => `Hi all,\n\nhere it is: ${link}\nSee you!`,
  linkedin: (link) => `https://www.linkedin.com/redir/redirect?url=${encodeURIComponent(link)}&urlhash=x&pwd=other`,
  slack: (link) => `https://slack-redir.net/link?url=${encodeURIComponent(link)}&v=3`,
  symantec: (link) => `https://clicktime.symantec.com/3Kt?h=1&u=${encodeURIComponent(link)}`,
  'trend micro': (link) =>
    `https://x-ctp.trendmicro.com/wis/clicktime/v1/query?url=${encodeURIComponent(link)}&umid=1&pwd=other`,
  'proofpoint v2': (link) =>
    `https://urldefense.proofpoint.com/v2/url?u=${encodeURIComponent(link)
      .replace(/[-_~.]/g, (c) => (c === '.' ? c : `%${c.charCodeAt(0).toString(16).toUpperCase()}`))
      .replaceAll('%2F', '_')
      .replaceAll('%', '-')}&d=x`,
  'unknown wrapper': (link) => `https://click.example.org/r?to=${encodeURIComponent(link)}&pwd=other`,
  invisible: (link) => `\u2066${link}\u2069`,
  'east asian': (link) => `会议「${link}」，谢谢。`,
  html: (link) => `<a href="${link.replaceAll('&', '&amp;')}">${link.replaceAll('&', '&amp;')}</a>`,
  'html twice': (link) => link.replaceAll('&', '&amp;amp;'),
  bold: (link) => `**${link}**`,
  'printed quotes': (link) => `“${link}”`,
  spaces: (link) => `\t ${link} \n`,
};

describe('parseMeetingLink, for any values', () => {
  const cases = Object.keys(forms).flatMap((form) => Object.keys(wrappers).map((wrapper) => [form, wrapper] as const));

  it.each(cases)('reads %s the same in %s', (form, wrapper) => {
    for (let seed = 1; seed <= 20; seed++) {
      const next = numbers(seed);
      const link = forms[form]?.(next) ?? '';
      const bare = parseMeetingLink(link, []);
      expect(bare, link).toHaveProperty('meeting');
      const wrapped = wrappers[wrapper]?.(link) ?? '';
      expect(parseMeetingLink(wrapped, []), wrapped).toEqual(bare);
      const twice = wrappers['safelinks']?.(wrappers['google']?.(link) ?? '') ?? '';
      expect(parseMeetingLink(twice, []), twice).toEqual(bare);
    }
  });

  it('reads what it made the same again', () => {
    for (const make of Object.values(forms)) {
      const first = parseMeetingLink(make(numbers(7)), []);
      if (typeof first === 'string') throw new Error(first);
      expect(parseMeetingLink(first.url, [])).toEqual(first);
    }
  });

  it('never throws, and answers with a sentence or an http(s) address', () => {
    const pieces = [
      ...Object.values(forms).map((make) => make(numbers(3))),
      '%',
      '%3A',
      '\u0000',
      '[::1]',
      '😀',
      '#/',
      '?url=',
    ];
    const next = numbers(42);
    for (let round = 0; round < 5000; round++) {
      const joined = Array.from({ length: 1 + next(3) }, () => pick(next, pieces)).join('');
      const text = [...joined]
        .filter(() => next(20) > 0)
        .join('')
        .slice(next(5), joined.length - next(30));
      const answer = parseMeetingLink(text, ['*']);
      if (typeof answer === 'string') expect(answer.length).toBeGreaterThan(5);
      else expect(answer.url).toMatch(/^https?:\/\//);
    }
  });

  it('says no passcode in the name of the meeting or in a reason', () => {
    for (const make of Object.values(forms)) {
      for (let seed = 1; seed <= 20; seed++) {
        const link = make(numbers(seed));
        const secrets = [...link.matchAll(/[?&](?:pwd|p|tk)=([^&]+)/g)].map((match) => match[1] ?? '');
        const whole = parseMeetingLink(link, []);
        const said = typeof whole === 'string' ? whole : whole.meeting;
        for (const value of secrets) expect(said).not.toContain(value);
      }
    }
  });
});
