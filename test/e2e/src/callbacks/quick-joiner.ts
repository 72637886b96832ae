import { JoinerControlServiceService } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { silentLog, type ServiceIdentity, type AssignmentRef } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import { refKey, type Command, type ReportedEvent } from '../../../../services/joiner/src/domain/bot.ts';
import { UnackedReports } from '../../../../services/joiner/src/domain/unacked-reports.ts';
import { AssignmentTokens } from '../../../../services/joiner/src/rpc/assignment-tokens.ts';
import { openControlStream } from '../../../../services/joiner/src/rpc/control-stream.ts';

/** Every step of a visit, the door included. */
const wholeVisit: readonly ReportedEvent[] = [
  { seen: 'knocked' },
  { seen: 'entered' },
  { seen: 'recording-started' },
  { seen: 'leaving', reason: 'everyone-left' },
  { seen: 'ended', reason: 'everyone-left', detail: 'everyone left', retryable: false, isRecordingPending: false },
];

/** What is seen of a bot that is inside and stays there. */
export const stays = wholeVisit.slice(0, 3);

export interface QuickJoinerOptions {
  readonly address: string;
  /** As whom it comes. */
  readonly identity: ServiceIdentity;
  readonly maxBots: number;
  /** What is seen of each bot, at once: a whole visit unless told. */
  readonly visit?: readonly ReportedEvent[];
  /** Each command as it comes, repetitions included. */
  readonly onCommand?: (command: Command) => void;
}

/** A joiner with the real one's line to the scheduler and no browsers. */
export function openQuickJoiner({
  address,
  identity,
  maxBots,
  visit = wholeVisit,
  onCommand,
}: QuickJoinerOptions): AsyncDisposable {
  const client = createRpcClient(JoinerControlServiceService, address, identity);
  const unackedReports = new UnackedReports();
  const held = new Map<string, AssignmentRef>();
  const known = new Set<string>();
  const control = openControlStream({
    client,
    identity: createJoinerIdentity(),
    rpcAddress: '',
    tokens: new AssignmentTokens(),
    unackedReports,
    clock: systemClock,
    log: silentLog,
    holdings: () => ({ freeSlots: Math.max(0, maxBots - held.size), refs: [...held.values()] }),
    handleCommand(command) {
      onCommand?.(command);
      if (command.kind === 'leave') return;
      const ref = command.kind === 'assign' ? command.assignment.ref : command.ref;
      const key = refKey(ref);
      if (command.kind === 'revoke') {
        held.delete(key);
        return unackedReports.forget(ref);
      }
      if (known.has(key)) return;
      known.add(key);
      held.set(key, ref);
      for (const event of visit) unackedReports.add(ref, event, systemClock.now());
      control.flush();
    },
    forgotten(ended) {
      for (const ref of ended) held.delete(refKey(ref));
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
    },
  };
}
