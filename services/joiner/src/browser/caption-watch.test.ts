import { silentLog, type Caption } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { RecordingPause } from '../domain/recording-pause.ts';
import type { Captions } from '../platforms/platform.ts';
import { CaptionWatch } from './caption-watch.ts';

function setUp(captions: (() => Promise<Captions>) | undefined) {
  let nowMs = 0;
  const pause = new RecordingPause();
  const finalizer: Caption[] = [];
  const shown: boolean[] = [];
  const warnings: string[] = [];
  const watch = new CaptionWatch({
    page: { ...(captions && { captions }) },
    collector: {
      ...{ pause, meetingMs: () => nowMs },
      note({ captions: more = [], captionsShown }) {
        finalizer.push(...more);
        if (captionsShown !== undefined) shown.push(captionsShown);
      },
    },
    clock: { now: () => nowMs },
    log: { ...silentLog, warn: (message) => void warnings.push(message) },
    idOf: (name) => (name === 'Ann' ? 'p1' : ''),
  });
  const look = async (atMs: number) => {
    nowMs = atMs;
    await watch.look();
  };
  return { watch, look, pause, finalizer, shown, warnings };
}

const on = (...rows: Captions['rows']): Captions => ({ areOn: true, rows });

describe('CaptionWatch', () => {
  it('tells who says what, with the ids of the roster, and finishes what is open at the end', async () => {
    const { watch, look, finalizer, shown } = setUp(async () =>
      on({ key: '1', speaker: 'Ann', text: 'Hello' }, { key: '2', speaker: 'Ben', text: 'You too' }),
    );
    await look(1000);
    watch.end();
    expect(shown).toEqual([true]);
    expect(finalizer.map(({ speakerName, participantId, isFinal }) => [speakerName, participantId, isFinal])).toEqual([
      ['Ann', 'p1', false],
      ['Ben', '', false],
      ['Ann', 'p1', true],
      ['Ben', '', true],
    ]);
    expect(new Set(finalizer.map(({ trackId }) => trackId)).size).toBe(2);
    for (const { trackId } of finalizer) expect(trackId).toMatch(/^captions-[0-9a-f]{16}$/);
  });

  it('passes over the words of a pause, in a row that began before it and goes on after it', async () => {
    const said: string[] = [];
    const { watch, look, pause, finalizer } = setUp(async () => on({ key: '1', speaker: 'Ann', text: said.join(' ') }));
    const speak = (atMs: number, ...words: string[]) => (said.push(...words), look(atMs));
    await speak(1000, 'before', 'it');
    pause.set(true, 1500);
    await speak(2000, 'secret');
    await speak(3000, 'more');
    pause.set(false, 3500);
    // Said in the pause, shown after it.
    await speak(4000, 'late');
    await speak(7000, 'lag');
    await speak(8000, 'after', 'it');
    watch.end();
    expect(finalizer.filter(({ isFinal }) => isFinal).map(({ text }) => text)).toEqual(['before it', 'after it']);
    expect(JSON.stringify(finalizer)).not.toMatch(/secret|more|late|lag/);
  });

  it('says that captions are missing once they have had time to come, and takes it back when they do', async () => {
    let areOn = false;
    const { look, shown, warnings } = setUp(async () => ({ areOn, rows: [] }));
    await look(0);
    await look(29_000);
    expect(shown).toEqual([]);
    await look(30_000);
    await look(31_000);
    areOn = true;
    await look(32_000);
    expect(shown).toEqual([false, false, true]);
    expect(warnings).toEqual(['the meeting shows no captions']);
  });

  it('says at once that a platform has none', async () => {
    const { look, shown } = setUp(undefined);
    await look(0);
    expect(shown).toEqual([false]);
  });
});
