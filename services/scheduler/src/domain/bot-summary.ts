import type { AccountId, BotId, BotState, EndReason, Platform } from '@earshot/kernel';

/** What a list shows of a bot. */
export interface BotSummary {
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly platform: Platform;
  readonly meetingUrl: string;
  readonly botName: string;
  /** Empty where they are longer than a list shows. */
  readonly attributesJson: string;
  readonly state: BotState;
  readonly endReason: EndReason | undefined;
  readonly createdAt: number;
  readonly erasedAt: number | undefined;
  /** The id of the API key that ordered it. */
  readonly orderedByKey: string | undefined;
}
