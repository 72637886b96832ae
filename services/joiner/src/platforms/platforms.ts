import type { Platform as PlatformName } from '../domain/bot.ts';
import { googleMeet } from './google-meet/page.ts';
import type { Platform } from './platform.ts';
import { teams } from './teams/page.ts';
import { web } from './web/page.ts';
import { zoom } from './zoom/page.ts';

/** The platforms whose pages are known here. */
export const platforms: Readonly<Record<PlatformName, Platform | undefined>> = {
  web,
  'google-meet': googleMeet,
  zoom,
  teams,
};
