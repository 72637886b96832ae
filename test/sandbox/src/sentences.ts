/** A sentence that the sandbox hears well, and the shares of its words that it gets wrong. */
export interface Sentence {
  text: string;
  wordErrorRate: number;
  /** By way of a meeting: see `sentences`. */
  codecErrorRate: number;
}

/**
 * Spoken by flite's slt voice. The rate is the mean over five recordings of each: as it is, at a third of the volume, with
 * noise, with the silence around it cut off, and by way of 48 kHz. They are the best of 54 tried, whose mean was 0.05. The
 * second rate is the mean over 18 hearings by way of 48 kHz, which begin at six places within 20 ms, each as it is and by
 * way of Chromium's Opus encoder (voip, 20 ms) at 32 and at 64 kbit/s: of some sentences the recogniser hears another one
 * with each of them, though nothing is missing ("the meeting" is "the main aim" in 7 of 18).
 */
export const sentences: readonly Sentence[] = [
  { text: 'good morning everyone and thank you for joining the meeting', wordErrorRate: 0, codecErrorRate: 0.089 },
  { text: 'can you tell us about the results from last week', wordErrorRate: 0, codecErrorRate: 0.006 },
  { text: 'our team finished the design and started the testing', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'the next step is to test the system with real customers', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'we need more people to work on the security project', wordErrorRate: 0, codecErrorRate: 0.039 },
  { text: 'it is important to protect the privacy of our customers', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'let us talk about the plan for the second quarter', wordErrorRate: 0, codecErrorRate: 0.017 },
  { text: 'the price of the service will increase next year', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'the market has changed a lot since last summer', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'we have received several questions about the new system', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'the first question is about the cost of the system', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'we spent a lot of money on research and development', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'we will discuss the details of the contract next tuesday', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'please share the document with the rest of the team', wordErrorRate: 0, codecErrorRate: 0.01 },
  { text: 'i agree with the plan and i think we should start', wordErrorRate: 0, codecErrorRate: 0 },
  { text: 'we will publish the results at the end of the month', wordErrorRate: 0, codecErrorRate: 0.01 },
];
