import { sentences } from '@earshot/sandbox';

/** One line of the meeting's script. */
export type Line =
  | { readonly who: string; readonly does: 'join' | 'leave' }
  | { readonly who: string; readonly does: 'say'; readonly text: string }
  /** The bot is to say it, and is listened to. */
  | { readonly who: string; readonly does: 'listen'; readonly text: string };

const said = (index: number) => sentences[index]?.text ?? '';

/** Who is there before the bot. */
export const present = ['Alice', 'Bob'] as const;

/** Three people: two speak different texts, the third joins late, speaks once and leaves early. */
export const script: readonly Line[] = [
  { who: 'Alice', does: 'say', text: said(0) },
  { who: 'Bob', does: 'say', text: said(1) },
  { who: 'Alice', does: 'say', text: said(2) },
  { who: 'Carol', does: 'join' },
  { who: 'Carol', does: 'say', text: said(12) },
  { who: 'Bob', does: 'say', text: said(3) },
  { who: 'Carol', does: 'leave' },
  { who: 'Alice', does: 'say', text: said(5) },
  { who: 'Bob', does: 'say', text: said(7) },
  { who: 'Bob', does: 'listen', text: said(14) },
  { who: 'Alice', does: 'leave' },
  { who: 'Bob', does: 'leave' },
];

/** What each person says, in order. */
export function spokenBy(who: string): string[] {
  return script.flatMap((line) => (line.does === 'say' && line.who === who ? [line.text] : []));
}

export const speakers = [...new Set(script.map((line) => line.who))];
