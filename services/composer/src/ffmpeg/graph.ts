import { FRAME_RATE, type Rect, type Scene } from '../layout/scene.ts';
import { changesOf, expressionOf, type Step } from './steps.ts';

/** What of a track the graph has to know. */
export interface GraphTrack {
  readonly id: string;
  /** Its pictures' sizes, each from its time on; the first counts from the beginning. */
  readonly sizes: readonly { readonly fromMs: number; readonly width: number; readonly height: number }[];
}

export interface Graph {
  /** A filter graph; its result is `[out]`. Input 0 is the background, then come the tracks in their order. */
  readonly script: string;
  /** Files of commands that the graph reads from the folder it runs in, by name. */
  readonly commands: ReadonlyMap<string, string>;
}

/** Where what is not seen lies. */
const BEYOND = 9999;
/** What is not seen is made so small that it costs nothing. */
const HIDDEN = { w: 2, h: 2 } as const;

/**
 * The graph that shows each track where each scene has it, from `fromMs` on, which is the zero of its time. Every input is brought to the
 * video's own frames, so that a picture that stands for an hour is there in each; its size changes by a command right before it is
 * scaled, its place by an expression on the frame's time: what waits in between the filters then cannot be ahead of it.
 */
export function buildGraph(
  scenes: readonly Scene[],
  tracks: readonly GraphTrack[],
  { fromMs }: { fromMs: number },
): Graph {
  const timing = `fps=${FRAME_RATE}:start_time=0`;
  const commands = new Map<string, string>();
  const lines = [`[0:v]${timing},format=yuv420p[b0]`];
  for (const [place, track] of tracks.entries()) {
    const steps = stepsOf(scenes, track, fromMs);
    const name = `track-${place}.commands`;
    commands.set(name, scaleCommands(place, steps));
    const [first] = steps;
    const scaled = `scale@v${place}=w=${first?.w ?? HIDDEN.w}:h=${first?.h ?? HIDDEN.h}:flags=bilinear`;
    lines.push(`[${place + 1}:v]${timing},sendcmd=f=${name},${scaled},setsar=1[v${place}]`);
    const [x, y] = (['x', 'y'] as const).map((axis) =>
      expressionOf(changesOf(steps.map((step): Step => ({ from: step.from, value: step[axis] })))),
    );
    lines.push(`[b${place}][v${place}]overlay=x='${x}':y='${y}':format=yuv420:eof_action=repeat[b${place + 1}]`);
  }
  lines.push(`[b${tracks.length}]null[out]`);
  return { script: lines.join(';\n'), commands };
}

interface Placed extends Rect {
  /** Seconds from the graph's zero. */
  readonly from: number;
}

/** Where a track's picture lies, from when on: within its tile, and of its own shape. */
function stepsOf(scenes: readonly Scene[], { id, sizes }: GraphTrack, fromMs: number): Placed[] {
  const steps: Placed[] = [];
  for (const scene of scenes) {
    if (scene.toMs <= fromMs) continue;
    const tile = scene.tiles.find(({ trackId }) => trackId === id);
    const times = [scene.fromMs, ...sizes.map((size) => size.fromMs)].filter(
      (ms, place) => place === 0 || (ms > scene.fromMs && ms < scene.toMs),
    );
    for (const ms of times) {
      const size = sizes.findLast((each) => each.fromMs <= ms) ?? sizes[0];
      const place = tile ? fitted(tile.picture, size) : { x: BEYOND, y: BEYOND, ...HIDDEN };
      steps.push({ ...place, from: Math.max(0, ms - fromMs) / 1000 });
    }
  }
  return steps;
}

/** As large as it gets within a rectangle, in the middle of it. */
function fitted({ x, y, w, h }: Rect, size: { width: number; height: number } | undefined): Rect {
  const [width, height] = size && size.width > 0 && size.height > 0 ? [size.width, size.height] : [16, 9];
  const scale = Math.min(w / width, h / height);
  const even = (length: number) => Math.max(2, Math.round((length * scale) / 2) * 2);
  const [fitW, fitH] = [Math.min(w, even(width)), Math.min(h, even(height))];
  const middle = (from: number, room: number, length: number) => from + Math.floor((room - length) / 4) * 2;
  return { x: middle(x, w, fitW), y: middle(y, h, fitH), w: fitW, h: fitH };
}

/** https://ffmpeg.org/ffmpeg-filters.html#sendcmd_002c-asendcmd */
function scaleCommands(place: number, steps: readonly Placed[]): string {
  let text = '';
  let [w, h] = [-1, -1];
  for (const step of steps) {
    if (step.w === w && step.h === h) continue;
    [w, h] = [step.w, step.h];
    text += `${step.from.toFixed(3)} scale@v${place} w ${w}, scale@v${place} h ${h};\n`;
  }
  return text;
}
