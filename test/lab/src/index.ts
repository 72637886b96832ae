export { startLab, type Lab, type LabOptions } from './lab.ts';
export type { Face, Room, RoomHost, RoomOptions } from './room.ts';
export type { Heard, JoinOptions, LabParticipant, Spoken } from './participant.ts';
export { teamsLinks, type TeamsLinks } from './teams-links.ts';
export type { MediaState, Person } from './protocol.ts';
export type { ChatEntry } from './attendees.ts';
export type { WaitOptions } from './changes.ts';
export { createLabBrowser, type LabBrowser } from './lab-browser.ts';
export { findChromium } from './find-chromium.ts';
export { speechFile, wavDurationMs, type SpeechFile } from './speech.ts';
export type { Requests } from './rtcp.ts';
export {
  screenColour,
  type CameraOptions,
  type Capture,
  type CapturedFrame,
  type CapturedSound,
  type EncodingOptions,
  type Flash,
  type PictureSource,
  type ReceivedPicture,
  type Rgb,
  type ScreenOptions,
} from './pictures.ts';
