/** grid: everybody side by side. speaker: whoever speaks, large. A screen share has the first place in both. */
export const videoLayouts = ['grid', 'speaker'] as const;

export type VideoLayout = (typeof videoLayouts)[number];

/** What comes of a participant who begins to speak while the bot speaks: the control socket is told, the bot is silent as well, or nothing. */
export const bargeIns = ['notify', 'stop', 'off'] as const;

export type BargeIn = (typeof bargeIns)[number];

export const liveAudioEncodings = ['pcm', 'opus'] as const;

export type LiveAudioEncoding = (typeof liveAudioEncodings)[number];

/** Hz. */
export const liveAudioRates = [16_000, 24_000, 48_000] as const;

export type LiveAudioRate = (typeof liveAudioRates)[number];

/** In what form audio is streamed to the customer. */
export interface LiveAudioPlan {
  /** Each participant's audio in frames of its own, sent while there is a voice in it; else the mix of all. */
  readonly isSeparate: boolean;
  readonly sampleRate: LiveAudioRate;
  readonly encoding: LiveAudioEncoding;
  /** Text messages say when each participant begins and ends to speak. */
  readonly hasSpeechEvents: boolean;
}

/** What becomes of what the bot itself says. */
export interface BotVoicePlan {
  readonly isRecorded: boolean;
  /** It becomes words of the transcript, under the bot's name. */
  readonly isTranscribed: boolean;
  readonly bargeIn: BargeIn;
}

/** What is made of a visit beside the mix of its audio, decided once, by the gateway. */
export interface MediaPlan {
  /** Of the video that is composed after the visit; undefined: none is. */
  readonly layout: VideoLayout | undefined;
  /** Each participant's audio becomes files of its own. */
  readonly separateAudio: boolean;
  /** Each webcam and screen share becomes files of its own. */
  readonly separateVideo: boolean;
  /** Video is streamed to the customer while the visit lasts. */
  readonly liveVideo: boolean;
  readonly voice: BotVoicePlan;
  readonly liveAudio: LiveAudioPlan;
  /** When each participant begins and ends to speak is published. */
  readonly speechEvents: boolean;
  /** What is written in the meeting's chat is published. */
  readonly chatEvents: boolean;
}

/** A visit of which nothing is made but the mix. */
export const audioOnly: MediaPlan = {
  layout: undefined,
  separateAudio: false,
  separateVideo: false,
  liveVideo: false,
  voice: { isRecorded: true, isTranscribed: false, bargeIn: 'notify' },
  liveAudio: { isSeparate: false, sampleRate: 48_000, encoding: 'pcm', hasSpeechEvents: false },
  speechEvents: false,
  chatEvents: false,
};

/** Whether the participants' video is taken out of the page; where it is not, nothing of it costs anything. */
export function takesVideo({ layout, separateVideo, liveVideo }: MediaPlan): boolean {
  return layout !== undefined || separateVideo || liveVideo;
}
