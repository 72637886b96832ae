import { SECOND } from './clock.ts';

/** What is known of a platform outside of its pages. How its page is used: `joiner/src/platforms/<platform>`. */
interface PlatformDescriptor {
  /** As people know it. */
  readonly title: string;
  /** As `/detail` and the callbacks name it; never changes once it is published. */
  readonly publicName: string;
  /** Hosts of its meeting links; none where any page may be a meeting. */
  readonly hosts?: RegExp;
  /** Whether a visitor's page shows captions with the names of who speaks. */
  readonly hasCaptions: boolean;
  /** Whether its video is given out while the meeting lasts. */
  readonly hasLiveVideo: boolean;
  /** Characters of one chat message that its page takes; what is longer would be cut. */
  readonly longestMessage: number;
  /** How long a bot needs until it knocks, milliseconds. */
  readonly approachMs: number;
  /** The longest that a bot waits for its host, seconds (public documentation, which has none for other pages). */
  readonly longestWaitSeconds?: number;
}

/** The platforms that a meeting link can belong to; each is described here and nowhere else. */
const platforms = {
  web: {
    ...{ title: 'Web', publicName: 'Web', hasCaptions: false, hasLiveVideo: true },
    ...{ longestMessage: 2000, approachMs: 2 * SECOND },
  },
  'google-meet': {
    ...{ title: 'Google Meet', publicName: 'GMeet', hosts: /^(?:www\.)?meet\.google\.com$/ },
    ...{ hasCaptions: true, hasLiveVideo: true, longestMessage: 500, approachMs: 8 * SECOND, longestWaitSeconds: 600 },
  },
  zoom: {
    ...{ title: 'Zoom', publicName: 'Zoom', hosts: /^(?:.+\.)?(?:zoom\.us|zoom\.com|zoomgov\.com)$/ },
    // Documented as the one that has none: its page gives no encoded video.
    ...{
      hasCaptions: true,
      hasLiveVideo: false,
      longestMessage: 1024,
      approachMs: 8 * SECOND,
      longestWaitSeconds: 1200,
    },
  },
  teams: {
    ...{ title: 'Microsoft Teams', publicName: 'Teams' },
    hosts:
      /^(?:www\.)?(?:teams\.microsoft\.com|teams\.live\.com|teams\.cloud\.microsoft|(?:(?:gov|dod)\.)?teams\.microsoft\.us)$/,
    ...{
      hasCaptions: true,
      hasLiveVideo: true,
      longestMessage: 2000,
      approachMs: 15 * SECOND,
      longestWaitSeconds: 1800,
    },
  },
} as const satisfies Readonly<Record<string, PlatformDescriptor>>;

export type Platform = keyof typeof platforms;

export const platformNames = Object.keys(platforms) as readonly Platform[];

/** What is known of a platform. */
export function platformOf(name: Platform): PlatformDescriptor {
  return platforms[name];
}

/** Whose links have this host; `web` where it is no platform's own. */
export function platformOfHost(host: string): Platform {
  return platformNames.find((name) => platformOf(name).hosts?.test(host)) ?? 'web';
}
