/** A value from a time on, in seconds. */
export interface Step {
  readonly from: number;
  readonly value: number;
}

/**
 * What a value is when, as an expression of ffmpeg on `t`: a tree, since the time to find a value grows with its depth, and ffmpeg reads no
 * more than 100 levels. The first step counts from the beginning. https://ffmpeg.org/ffmpeg-utils.html#Expression-Evaluation
 */
export function expressionOf(steps: readonly Step[]): string {
  const [first] = steps;
  if (!first) return '0';
  if (steps.length === 1) return String(first.value);
  const middle = Math.floor(steps.length / 2);
  const [before, after] = [steps.slice(0, middle), steps.slice(middle)];
  return `if(lt(t,${after[0]?.from.toFixed(3)}),${expressionOf(before)},${expressionOf(after)})`;
}

/** Leaves out steps that change nothing. */
export function changesOf(steps: readonly Step[]): Step[] {
  return steps.filter(({ value }, place) => place === 0 || steps[place - 1]?.value !== value);
}
