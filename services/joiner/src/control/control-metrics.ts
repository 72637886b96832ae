import { metrics, type Meter } from '@opentelemetry/api';
import { isCommandName } from './commands.ts';
import type { CommandErrorCode } from './command-error.ts';

/** What customers ask of their bots by control sockets. */
export interface ControlMetrics {
  /** `name`: as it was sent; what is no command of ours is counted as `other`. */
  command(name: string | null, outcome: CommandErrorCode | 'obeyed'): void;
  bargeIn(): void;
}

export function createControlMetrics(meter: Meter = metrics.getMeter('earshot.joiner')): ControlMetrics {
  const commands = meter.createCounter('earshot.joiner.control.commands', {
    description: 'Commands that came by control sockets, by what became of them',
    unit: '{command}',
  });
  const bargeIns = meter.createCounter('earshot.joiner.control.barge_ins', {
    description: 'Participants who began to speak while a bot spoke',
    unit: '{barge-in}',
  });
  return {
    command: (name, outcome) => commands.add(1, { command: isCommandName(name) ? name : 'other', outcome }),
    bargeIn: () => bargeIns.add(1),
  };
}
