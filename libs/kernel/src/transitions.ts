import { AppError } from './errors.ts';

/** A lifecycle as data: each event names the states it may leave and the one it leads to. */
export type Transitions<State extends string, Event extends string> = Readonly<
  Record<Event, { readonly from: readonly State[]; readonly to: State }>
>;

/** The state after `event`, or `failed-precondition` when the table has no such step. */
export function nextState<State extends string, Event extends string>(
  table: Transitions<State, Event>,
  state: State,
  event: Event,
): State {
  const transition = table[event];
  if (!transition.from.includes(state)) {
    throw new AppError('failed-precondition', 'illegal transition', { fields: { state, event } });
  }
  return transition.to;
}
