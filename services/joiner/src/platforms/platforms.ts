import type { Platform as PlatformName } from '@earshot/kernel';
import { googleMeet } from './google-meet/page.ts';
import type { Platform } from './platform.ts';
import { teams } from './teams/page.ts';
import { web } from './web/page.ts';
import { zoom } from './zoom/page.ts';

/** How the pages of each platform are used: one that the kernel describes and that is missing here does not compile. */
export const platforms: { readonly [Name in PlatformName]: Platform } = {
  web,
  'google-meet': googleMeet,
  zoom,
  teams,
};
