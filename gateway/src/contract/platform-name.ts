import type { Platform as PlatformMessage } from '@earshot/contract/scheduler/v1/bots.ts';
import { platformOf } from '@earshot/kernel';
import { platformWords } from '@earshot/rpc';

/** The public name of a platform. */
export function platformName(message: PlatformMessage | undefined): string {
  const platform = message && platformWords.from(message);
  return platform ? platformOf(platform).publicName : 'Unknown';
}
