import { describe, expect, it } from 'vitest';
import { ZoomTranscript, type TranscriptItem } from './transcript.ts';

const item = (time: string, text: string, name = ''): TranscriptItem => ({ name, time, text });
const ann = item('10:00:01', 'good morning', 'Ann');
const more = item('10:00:04', 'shall we begin');
const ben = item('10:00:09', 'yes', 'Ben');
const last = item('10:00:12', 'where were we');

/** What each look makes of the items: key, speaker and text. */
function play(...looks: (readonly TranscriptItem[])[]): string[][] {
  const transcript = new ZoomTranscript();
  return looks.map((seen) =>
    transcript.rows(seen).map(({ key, speaker, text }) => `${key.replace('item ', '')} ${speaker}: ${text}`),
  );
}

describe('ZoomTranscript', () => {
  it('carries a name to the items of its run', () => {
    expect(play([ann, more, ben, last])).toEqual([
      ['1 Ann: good morning', '2 Ann: shall we begin', '3 Ben: yes', '4 Ben: where were we'],
    ]);
  });

  it('remembers whose an item is when the one with the name has left, and goes on from there', () => {
    const [, second, third] = play([ann, more], [more], [more, item('10:00:06', 'then')]);
    expect(second).toEqual(['2 Ann: shall we begin']);
    expect(third).toEqual(['2 Ann: shall we begin', '3 Ann: then']);
  });

  it('knows items again that left and come back, in their order', () => {
    const [, , third, fourth] = play([ann, more], [ben, last], [more, ben, last], [ann, more, ben]);
    expect(third).toEqual(['2 Ann: shall we begin', '3 Ben: yes', '4 Ben: where were we']);
    expect(fourth).toEqual(['1 Ann: good morning', '2 Ann: shall we begin', '3 Ben: yes']);
  });

  it('knows an item that grows and is corrected, from its start too', () => {
    const texts = ['good', 'Good mourning', 'Good morning, all', 'A good morning, all'];
    const looks = texts.map((text) => [item('10:00:01', text, 'Ann')]);
    expect(play(...looks).flat()).toEqual(texts.map((text) => `1 Ann: ${text}`));
  });

  it('tells items of one second apart, also when the first of them leaves', () => {
    const first = item('10:00:01', 'yes', 'Ann');
    const other = item('10:00:01', 'yes', 'Ben');
    const next = item('10:00:01', 'no', 'Cem');
    const [one, two, three] = play([first], [first, other], [other, next]);
    expect(one).toEqual(['1 Ann: yes']);
    expect(two).toEqual(['1 Ann: yes', '2 Ben: yes']);
    expect(three).toEqual(['2 Ben: yes', '3 Cem: no']);
  });

  it('is not shifted by an item that goes, or comes, in the middle', () => {
    const [, second, third] = play([ann, more, ben], [ann, ben, last], [ann, more, ben, last]);
    expect(second).toEqual(['1 Ann: good morning', '3 Ben: yes', '4 Ben: where were we']);
    expect(third).toEqual(['1 Ann: good morning', '2 Ann: shall we begin', '3 Ben: yes', '4 Ben: where were we']);
  });

  it('gives nobody the words after a gap, until a name is seen', () => {
    const [, second, third] = play([ann], [last], [ben, last]);
    expect(second).toEqual(['2 : where were we']);
    expect(third).toEqual(['3 Ben: yes', '2 Ben: where were we']);
  });

  it('takes a transcript that begins anew for another', () => {
    const [, second] = play([ann, more], [item('10:20:00', 'good morning', 'Ann')]);
    expect(second).toEqual(['3 Ann: good morning']);
  });

  it('does not give again what is older than it keeps', () => {
    const all = Array.from({ length: 130 }, (_, index) => item(`t${index}`, `text ${index}`, `P${index}`));
    const transcript = new ZoomTranscript();
    for (let end = 1; end <= all.length; end++) transcript.rows(all.slice(Math.max(0, end - 8), end));
    const keys = transcript.rows(all.slice(25, 35)).map(({ key }) => key);
    expect(keys).toEqual(['item 31', 'item 32', 'item 33', 'item 34', 'item 35']);
  });
});
