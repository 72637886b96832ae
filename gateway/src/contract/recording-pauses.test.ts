import { expect, it } from 'vitest';
import type { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { toRecordingPauses } from './recording-pauses.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second));
const pauses = (...states: readonly string[]) =>
  toRecordingPauses({
    timeline: states.map((state, index) => ({ state: `BOT_STATE_${state}` as BotState, at: at(index) })),
  }).map((each) => [each.paused_at, each.resumed_at].map((time) => time && new Date(time).getUTCSeconds()));

it('pauses have a beginning and an end, and one that a rejoin goes on with is one', () => {
  expect(pauses('IN_MEETING', 'RECORDING', 'LEAVING')).toEqual([]);
  expect(pauses('RECORDING', 'PAUSED', 'RECORDING', 'PAUSED', 'LEAVING')).toEqual([
    [1, 2],
    [3, null],
  ]);
  expect(pauses('PAUSED', 'QUEUED', 'JOINING', 'IN_MEETING', 'RECORDING', 'PAUSED', 'RECORDING')).toEqual([[0, 6]]);
});
