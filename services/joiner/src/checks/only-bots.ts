import { SECOND } from '@earshot/kernel';
import { hasPassed, type Check } from './meeting-view.ts';

/** Nobody but other bots has been there for a while. A person who comes back cancels it, as the time starts anew. */
export const onlyBots: Check = (view) => {
  const { botDetection } = view.policy;
  if (!botDetection || view.enteredAt === undefined || view.onlyBotsSince === undefined) return undefined;
  // Names are judged from the activation on, and the time counts from there.
  const activeAt = view.enteredAt + botDetection.activateAfterSeconds * SECOND;
  const since = Math.max(activeAt, view.onlyBotsSince);
  return hasPassed(view, since, botDetection.timeoutSeconds) ? 'only-bots-left' : undefined;
};
