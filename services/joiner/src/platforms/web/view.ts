import { noDevices, type SeenDevices } from '../seen-devices.ts';
import type { WebLook } from './admission.ts';

/** What one document shows of a call. */
export type View = Pick<
  WebLook,
  'hasLeaveControl' | 'hasTile' | 'hasCallControl' | 'notices' | 'statuses' | 'isBusy' | 'text'
> & { readonly devices: SeenDevices };

/** What a page shows with the frames in it. */
export function together(views: readonly View[]): View {
  const any = (is: (view: View) => boolean) => views.some(is);
  return {
    hasLeaveControl: any(({ hasLeaveControl }) => hasLeaveControl),
    hasTile: any(({ hasTile }) => hasTile),
    hasCallControl: any(({ hasCallControl }) => hasCallControl),
    notices: views.flatMap(({ notices }) => notices),
    statuses: views.flatMap(({ statuses }) => statuses),
    isBusy: any(({ isBusy }) => isBusy),
    text: views.map(({ text }) => text).join('\n'),
    devices:
      views.find(({ devices }) => devices.microphone.shown !== 'unknown')?.devices ?? views[0]?.devices ?? noDevices,
  };
}
