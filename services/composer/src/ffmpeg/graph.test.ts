import { expect, it } from 'vitest';
import { alone, inGrid, type Shown } from '../layout/arrange.ts';
import { buildGraph } from './graph.ts';

const shown = (trackId: string): Shown => ({ trackId, personId: trackId, name: trackId });
const wide = [{ fromMs: 0, width: 640, height: 360 }];
const scenes = [
  { fromMs: 0, toMs: 10_000, tiles: alone(shown('a')) },
  { fromMs: 10_000, toMs: 20_000, tiles: inGrid([shown('a'), shown('b')]) },
  { fromMs: 20_000, toMs: 30_000, tiles: alone(shown('b')) },
];
const graphOf = (fromMs: number, sizes = wide) =>
  buildGraph(
    scenes,
    [
      { id: 'a', sizes },
      { id: 'b', sizes: wide },
    ],
    { fromMs },
  );

it('shows a track where each scene has it, and puts it out of sight where none does', () => {
  const { script, commands } = graphOf(0);
  expect(script.split(';\n')).toEqual([
    '[0:v]fps=25:start_time=0,format=yuv420p[b0]',
    expect.stringMatching(
      /^\[1:v\]fps=25:start_time=0,sendcmd=f=track-0.commands,scale@v0=w=\d+:h=\d+:flags=bilinear,setsar=1\[v0\]$/,
    ),
    expect.stringMatching(/^\[b0\]\[v0\]overlay=x='if\(lt\(t,10.000\),\d+,if\(lt\(t,20.000\),8,9999\)\)':y='.*'/),
    expect.stringContaining('scale@v1=w=2:h=2'),
    expect.stringMatching(/^\[b1\]\[v1\]overlay=x='if\(lt\(t,10.000\),9999,/),
    '[b2]null[out]',
  ]);
  expect(commands.get('track-1.commands')?.split('\n')).toEqual([
    '0.000 scale@v1 w 2, scale@v1 h 2;',
    '10.000 scale@v1 w 626, scale@v1 h 352;',
    expect.stringMatching(/^20.000 scale@v1 w 1\d{3}, /),
    '',
  ]);
});

it('begins in the middle, with the time counted from there', () => {
  const { script, commands } = graphOf(15_000);
  expect(script).toContain("overlay=x='if(lt(t,5.000),8,9999)'");
  expect(commands.get('track-1.commands')?.split('\n')[0]).toBe('0.000 scale@v1 w 626, scale@v1 h 352;');
});

it('keeps the shape of a picture, also where it changes', () => {
  const sizes = [...wide, { fromMs: 5000, width: 480, height: 640 }];
  const lines = graphOf(0, sizes).commands.get('track-0.commands')?.split('\n') ?? [];
  const shapes = lines.flatMap((line) => {
    const [, w, h] = / w (\d+), .* h (\d+);/.exec(line) ?? [];
    return w && h ? [Number(w) / Number(h)] : [];
  });
  expect(shapes[0]).toBeCloseTo(16 / 9, 1);
  expect(shapes[1]).toBeCloseTo(3 / 4, 1);
});
