import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';

/** What the bot was to write into its meeting's chat and could not. */
export function chatWarnings({ chatMessageUnsent, unsentMessages }: Bot): string[] {
  return [
    ...(chatMessageUnsent
      ? ['bot_message: could not be written, the bot found no chat in the meeting that takes its messages.']
      : []),
    ...(unsentMessages > 0
      ? [`send_message: ${unsentMessages} of the messages could not be written, the bot found no chat that takes them.`]
      : []),
  ];
}
