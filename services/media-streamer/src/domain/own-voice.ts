/** What a transcript knows the bot by, where its own words stand in it. Participants have the ids that pages give them. */
export const BOT_SPEAKER_ID = 'bot';

/** Whose the intervals are in which the bot itself spoke: no participant's id is empty. */
export const OWN_VOICE = '';

/** Whether the bot itself spoke then. */
export const isOwnVoice = ({ participantId }: { readonly participantId: string }): boolean =>
  participantId === OWN_VOICE;
