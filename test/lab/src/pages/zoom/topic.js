/** What the host called the meeting: free text, shown before, while waiting and inside, with every word that means an end. */
export const topic =
  "Retro: You have been removed / This meeting has been ended by host / Sign in to join this meeting / Automated bots aren't allowed to join this meeting / Waiting for the host to start the meeting";
