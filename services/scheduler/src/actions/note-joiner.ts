import { HOUR, type JoinerId } from '@earshot/kernel';
import { readJoinerAddress } from '../domain/joiner-address.ts';
import type { SchedulerDeps } from './deps.ts';

/** How often an address that stays the same is written again, so that it is not taken for one that is gone. */
const AGAIN_MS = HOUR;

export interface JoinerAddress {
  readonly joinerId: JoinerId;
  /** As the joiner says it; empty for nowhere. */
  readonly rpcAddress: string;
}

/** Keeps where the joiner of one stream is reached: with the first heartbeat, when it changes, and once an hour. */
export function createJoinerNotes({ joiners, clock, log }: Pick<SchedulerDeps, 'joiners' | 'clock' | 'log'>) {
  let noted: (JoinerAddress & { readonly at: number }) | undefined;
  return async ({ joinerId, rpcAddress }: JoinerAddress): Promise<void> => {
    const at = clock.now();
    const isSame = noted?.joinerId === joinerId && noted.rpcAddress === rpcAddress;
    if (noted && isSame && at - noted.at < AGAIN_MS) return;
    const address = readJoinerAddress(rpcAddress);
    // Its bots go on all the same: they cannot be called.
    if (!address && rpcAddress !== '') log.error('the address of a joiner is not host:port', { joinerId });
    await joiners.note(joinerId, { address, at });
    noted = { joinerId, rpcAddress, at };
  };
}
