import type { Platform } from '@earshot/contract/scheduler/v1/bots.ts';

const platformNames: Readonly<Record<Platform, string>> = {
  PLATFORM_UNSPECIFIED: 'Unknown',
  PLATFORM_WEB: 'Web',
  PLATFORM_GOOGLE_MEET: 'GMeet',
  PLATFORM_ZOOM: 'Zoom',
  PLATFORM_TEAMS: 'Teams',
};

/** The public name of a platform. */
export function platformName(platform: Platform | undefined): string {
  return platformNames[platform ?? 'PLATFORM_UNSPECIFIED'];
}
