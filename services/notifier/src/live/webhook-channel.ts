import { AppError, MINUTE, SECOND } from '@earshot/kernel';
import { send, type SendDeps } from '../delivery/send.ts';
import type { LiveChannel } from './live-channel.ts';

const TIMEOUT_MS = 5 * SECOND;

/** One POST a message, signed like every other. */
export function createWebhookChannel(deps: SendDeps): LiveChannel {
  return {
    finalsWaitMs: MINUTE,
    async ready() {
      return undefined;
    },
    async send(message, signal) {
      try {
        const sendable = { ...message, contentType: 'application/json' };
        const attempt = await send(deps, sendable, { timeoutMs: TIMEOUT_MS, signal });
        return attempt.error === 'status' ? `status ${attempt.status}` : attempt.error || undefined;
      } catch (error) {
        return AppError.from(error).code;
      }
    },
    async close() {},
  };
}
