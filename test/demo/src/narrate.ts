import type { Customer } from '@earshot/harness';
import type { Screen } from './screen.ts';
import { callbackName } from './story.ts';

/** Shows callbacks and live words as they arrive. */
export function narrate(customer: Customer, screen: Screen): void {
  const shown = { callbacks: 0, participants: 0, live: 0 };
  void customer.watched
    .until(() => {
      for (const callback of customer.callbacks.slice(shown.callbacks)) {
        screen.line(
          `callback   ${callbackName(callback)} ${callback.body.status_code}: ${callback.body.message}`,
          'yellow',
        );
      }
      for (const { body } of customer.participants.slice(shown.participants)) {
        screen.line(`webhook    ${body.event}: ${body.data.data.participant.name}`, 'yellow');
      }
      for (const { body } of customer.live.slice(shown.live)) {
        if (body.is_final) screen.line(`live       ${body.speakerName}: ${body.transcript}`, 'magenta');
      }
      shown.callbacks = customer.callbacks.length;
      shown.participants = customer.participants.length;
      shown.live = customer.live.length;
      return false;
    }, new AbortController().signal)
    .catch(() => {});
}
