/** A message of the meeting's chat as the page shows it. */
export interface ChatRow {
  readonly id: string;
  readonly sender: string;
  readonly text: string;
}
