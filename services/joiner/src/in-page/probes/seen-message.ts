/** A message as a page shows it. */
export interface SeenMessage {
  id: string;
  sender: string;
  /** Empty where the page does not say. */
  senderId: string;
  text: string;
}
