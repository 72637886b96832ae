import type { Platform } from '@earshot/kernel';

export interface MeetingLink extends PlatformLink {
  readonly platform: Platform;
}

/** What a platform reads out of one of its links. */
export interface PlatformLink {
  /** The link as the browser is to open it. */
  readonly url: string;
  /** Which meeting is meant, without passcode or tokens: equal for all wrappers of one link. */
  readonly meeting: string;
}

/** How one platform writes its links; whose hosts they have, the platform's descriptor knows. */
export interface LinkForm {
  /** The meeting, or a sentence that says what is wrong. */
  read(url: URL): PlatformLink | string;
  /** The parameter of a link in which its passcode stands; undefined where such a link has none, or has another key. */
  passcodeParameter?(link: PlatformLink): string | undefined;
}

/** The host of a URL as lists name it. */
export function hostOf(url: URL): string {
  return url.hostname.toLowerCase().replace(/\.$/, '');
}

/** Decodes percent signs; what is not properly encoded stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
