import { randomUUID } from 'node:crypto';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from '../actions/deps.ts';

/** Whether the peers that forwarding needs answer, and their databases with them. Never throws. */
export async function arePeersThere({
  scheduler,
  notifier,
}: Pick<GatewayDeps, 'scheduler' | 'notifier'>): Promise<boolean> {
  const nobody = randomUUID();
  const questions = [
    scheduler.findBot({ botId: nobody }),
    notifier.listDeliveries({ botId: nobody }, { accountId: nobody }),
  ];
  const answers = await Promise.allSettled<unknown>(questions);
  return answers.every(({ status, ...answer }) => {
    const reason: unknown = 'reason' in answer ? answer.reason : undefined;
    return status === 'fulfilled' || (reason instanceof AppError && reason.code === 'not-found');
  });
}
