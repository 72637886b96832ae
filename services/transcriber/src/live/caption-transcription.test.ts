import { silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { LiveChange } from '../actions/commit-live.ts';
import type { OpenedLive } from '../actions/open-live.ts';
import type { Utterance } from '../domain/transcript.ts';
import { CaptionTranscription } from './caption-transcription.ts';

const ann = { trackId: 'ann', participantId: 'p1', name: 'Ann' };
const { name: speakerName, ...byAnn } = ann;
const caption = (text: string, endMs: number, isFinal = true) => ({
  ...byAnn,
  speakerName,
  text,
  startMs: 0,
  endMs,
  isFinal,
});

function setUp(opened: Partial<OpenedLive> = {}) {
  const changes: LiveChange[] = [];
  const partials: Utterance[] = [];
  const dropped: [string, number][] = [];
  const visit = new CaptionTranscription({
    transcriptId: 'transcript',
    opened: { positions: [], speakers: [], isClosed: false, ...opened },
    queue: { push: (change) => void changes.push(change), idle: () => Promise.resolve() },
    onPartial: (utterance) => void partials.push(utterance),
    onDropped: (...what) => void dropped.push(what),
    log: silentLog,
  });
  const finals = () => changes.flatMap((change) => (change.kind === 'utterance' ? [change] : []));
  return { visit, changes, partials, dropped, finals };
}

describe('CaptionTranscription', () => {
  it('tells partials and their final under one id, and names the speaker', () => {
    const { visit, changes, partials, finals } = setUp();
    visit.read(caption('Good', 500, false));
    visit.read(caption('Good morning.', 900));
    visit.read(caption('Well', 1500, false));
    const [final] = finals();
    expect(changes[0]).toEqual({ kind: 'named', speaker: ann });
    expect(final).toMatchObject({
      utterance: { text: 'Good morning.', speakerName: 'Ann', participantId: 'p1', number: 0 },
      position: { trackId: 'ann', committedMs: 900, utterances: 1 },
    });
    expect(partials[0]?.utteranceId).toBe(final?.utterance.utteranceId);
    expect(partials[1]?.utteranceId).not.toBe(final?.utterance.utteranceId);
  });

  it('passes over what is committed, and goes on counting behind it', () => {
    const positions = [{ trackId: 'ann', committedMs: 900, utterances: 1 }];
    const { visit, changes, finals } = setUp({ positions, speakers: [ann] });
    visit.read(caption('Good morning.', 900));
    visit.read(caption('All well?', 2000));
    expect(finals().map(({ utterance }) => [utterance.text, utterance.number])).toEqual([['All well?', 1]]);
    expect(changes).toHaveLength(1);
  });

  it('learns later who somebody is', () => {
    const { visit, changes } = setUp();
    visit.read({ ...caption('Good morning.', 900), participantId: '' });
    visit.read(caption('All well?', 2000));
    visit.read({ ...caption('So?', 3000), participantId: '' });
    expect(changes.flatMap((change) => (change.kind === 'named' ? [change.speaker.participantId] : []))).toEqual([
      '',
      'p1',
    ]);
  });

  it('lets go of a final without a word', () => {
    const { visit, changes } = setUp();
    visit.read(caption(' ', 900));
    expect(changes).toEqual([{ kind: 'position', position: { trackId: 'ann', committedMs: 900, utterances: 0 } }]);
  });

  it('lets go of everything once the transcript has failed', () => {
    const { visit, changes, dropped } = setUp({ isClosed: true });
    visit.read(caption('Good morning.', 900));
    expect(changes).toEqual([]);
    expect(dropped).toEqual([['ann', 900]]);
  });

  it.each([
    ['never shown', { areShown: false, words: false }, ['failed', 'finished']],
    ['shown, and nobody spoke', { areShown: true, words: false }, ['finished']],
    ['gone after some words', { areShown: false, words: true }, ['named', 'utterance', 'finished']],
  ])('ends: captions %s', async (_, { areShown, words }, kinds) => {
    const { visit, changes } = setUp();
    if (words) visit.read(caption('Good morning.', 900));
    visit.setShown({ areShown });
    await visit.finish();
    expect(changes.map(({ kind }) => kind)).toEqual(kinds);
  });
});
