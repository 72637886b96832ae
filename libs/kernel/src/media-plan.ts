/** grid: everybody side by side. speaker: whoever speaks, large. A screen share has the first place in both. */
export const videoLayouts = ['grid', 'speaker'] as const;

export type VideoLayout = (typeof videoLayouts)[number];

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
}

/** A visit of which nothing is made but the mix. */
export const audioOnly: MediaPlan = {
  layout: undefined,
  separateAudio: false,
  separateVideo: false,
  liveVideo: false,
};

/** Whether the participants' video is taken out of the page; where it is not, nothing of it costs anything. */
export function takesVideo({ layout, separateVideo, liveVideo }: MediaPlan): boolean {
  return layout !== undefined || separateVideo || liveVideo;
}
