export { startLab, type Lab } from './lab.ts';
export type { Face, Room, RoomOptions } from './room.ts';
export type { LabParticipant, Listening } from './participant.ts';
export { teamsLinks } from './teams-links.ts';
export { createLabBrowser } from './lab-browser.ts';
export { closeContext } from './close-context.ts';
export { findChromium } from './find-chromium.ts';
export { speechFile } from './speech.ts';
export type { Requests } from './rtcp.ts';
export {
  screenColour,
  type CameraOptions,
  type Capture,
  type CapturedSound,
  type Flash,
  type PictureSource,
} from './pictures.ts';
