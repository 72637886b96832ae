/** A message of the meeting's chat as the page shows it. */
export interface ChatRow {
  readonly id: string;
  readonly sender: string;
  /** What the page knows the sender by; empty where it does not say. */
  readonly senderId: string;
  readonly text: string;
  /** The bot has written it. */
  readonly isOwn?: boolean;
}
