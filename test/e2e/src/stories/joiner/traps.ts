import { MINUTE } from '@earshot/kernel';
import { platformWords } from '@earshot/rpc';
import type { Face, Room } from '@earshot/lab';
import { openFixture, type Fixture } from '../../../../integration/joiner/fixture.ts';
import type { Ordered } from '../../../../integration/joiner/fake-scheduler.ts';
import type { E2eStory } from '../../story.ts';
import { fatalNames, fatalWords } from './fatal-words.ts';

interface Trap {
  readonly check: string;
  readonly face: Face;
  readonly lobby?: true;
  readonly variants?: readonly string[];
}

/** Pages that have led bots astray: what stands in a lobby as in a call, and what passes over a call without ending it. */
const traps: readonly Trap[] = [
  { check: 'a lobby with a leave button', face: 'web', lobby: true },
  { check: 'leave, devices, own tile and "Return to home screen" while waiting', face: 'google-meet', lobby: true },
  { check: 'an error that flashes by, a notice of recording', face: 'google-meet', variants: ['flash', 'recorded'] },
  { check: 'a lobby that keeps Join beside Leave', face: 'teams', lobby: true, variants: ['lobby-keeps-join'] },
  { check: 'the devices dialog before Join', face: 'teams', lobby: true, variants: ['device-dialog-before'] },
  { check: 'the devices dialog after Join', face: 'teams', variants: ['device-dialog-after'] },
  {
    check: 'the devices dialog in a frame, a toolbar that blinks',
    face: 'teams',
    variants: ['device-dialog-iframe', 'blinking-toolbar'],
  },
  { check: 'a waiting room inside .meeting-app, the join-audio step', face: 'zoom', lobby: true },
  {
    check: 'terms before and a notice of recording over the call',
    face: 'zoom',
    variants: ['disclaimer', 'recording-consent'],
  },
];

/** Bots that meet a trap together, in one room; more than two cores hold is another story than that of a trap. */
const AT_A_TIME = 8;
const WAIT_MS = 2 * MINUTE;
/** Some four seconds of speech each: several looks of the bots, in the lobby and in the meeting. */
const pastimes = [
  'the quick brown fox jumps over the lazy dog while the band plays on and on',
  'pack my box with five dozen liquor jugs before the long night comes to its end',
] as const;

interface Tally {
  runs: number;
  falseAdmissions: number;
  falseRemovals: number;
  /** Bots that read every fatal word in the chat: those really stood in the trap. */
  met: number;
  /** What those that were out too early said of it. */
  readonly ends: string[];
}

/** Each trap, so many times: a bot counts as inside only when it is, and leaves only when it is told to. */
export function lobbyTraps(runs: number, face?: Face): E2eStory {
  return {
    name: `the pages that bots are known to misread, ${runs} times each, among people whose names and words say the worst`,
    async play(screen) {
      const refs = String(AT_A_TIME);
      await using fixture = await openFixture({ MAX_BOTS: refs, BOTS_PER_BROWSER: refs });
      const checks: { check: string; passed: boolean }[] = [];
      for (const trap of traps.filter((each) => face === undefined || each.face === face)) {
        const tally: Tally = { runs: 0, falseAdmissions: 0, falseRemovals: 0, met: 0, ends: [] };
        while (tally.runs < runs) {
          await meet(fixture, trap, { tally, bots: Math.min(AT_A_TIME, runs - tally.runs) });
          screen.line(`${trap.face}: ${tally.runs} of ${runs}`);
        }
        const { falseAdmissions, falseRemovals, met, ends } = tally;
        const check = `${trap.face}, ${trap.check}: ${falseAdmissions} false admissions, ${falseRemovals} false removals in ${tally.runs} runs, ${met} of which read it all${ends.map((end) => `\n     out early: ${end}`).join('')}`;
        screen.line(check, 'blue');
        checks.push({ check, passed: falseAdmissions === 0 && falseRemovals === 0 && met === tally.runs });
      }
      return checks;
    },
  };
}

/** One room with a few bots in it, from the lobby to the order to leave. */
async function meet(
  fixture: Fixture,
  trap: Trap,
  { tally, bots: count }: { tally: Tally; bots: number },
): Promise<void> {
  const { lab, scheduler, media } = fixture;
  const { face, lobby = false, variants = [] } = trap;
  const room = lab.createRoom({ face, lobby, variants: [...variants, 'captions'] });
  const names = fatalNames(face);
  const [ann, ben] = await Promise.all(
    [0, 1].map((index) => room.join({ name: names[(tally.runs + index) % names.length] ?? '' })),
  );
  const botNames = Array.from({ length: count }, (_, index) => `Earshot ${index + 1}`);
  const bots = botNames.map((botName) =>
    scheduler.order({ platform: platformWords.to(face), meetingUrl: room.link, botName }),
  );
  const seen = (bot: Ordered) => scheduler.seen(bot.botId);
  const all = (what: string) =>
    scheduler.moments.until(() => bots.every((bot) => seen(bot).includes(what) || isOver(bot)), what, WAIT_MS);
  const isOver = (bot: Ordered) => scheduler.endOf(bot.botId) !== undefined;

  if (lobby) {
    await all('knocked');
    await ann?.say(pastimes[0]);
    tally.falseAdmissions += bots.filter((bot) => seen(bot).includes('entered')).length;
    admitAll(room, botNames);
  }
  await all('recordingStarted');
  const words = fatalWords(face);
  for (const text of words) await ann?.sendChat(text);
  const read = (bot: Ordered) => new Set(media.chatOf(bot.botId).map(({ text }) => text));
  const hasRead = (bot: Ordered) => words.every((text) => read(bot).has(text.replace(/^# /, '')));
  const isRead = () => bots.every((bot) => hasRead(bot) || isOver(bot));
  // Those words in captions too, which show what is said.
  await Promise.all([
    ben?.say(words.slice(0, 3).join('. ')),
    media.moments.until(isRead, 'the chat read', WAIT_MS).catch(() => {}),
  ]);
  await ann?.say(pastimes[1]);
  tally.falseRemovals += bots.filter(isOver).length;
  for (const bot of bots) {
    const end = scheduler.endOf(bot.botId);
    if (end) tally.ends.push(`${end.reason}: ${end.detail}`);
  }
  tally.met += bots.filter(hasRead).length;
  tally.runs += bots.length;
  for (const bot of bots) scheduler.stop(bot);
  await scheduler.moments.until(() => bots.every(isOver), 'the end', WAIT_MS);
  await Promise.all([ann?.vanish(), ben?.vanish()]);
}

function admitAll(room: Room, names: readonly string[]): void {
  const knocking = new Set(room.knocks().map(({ name }) => name));
  for (const name of names) if (knocking.has(name)) room.host.admit(name);
}
