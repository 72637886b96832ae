export { startLab, type Lab, type LabOptions } from './lab.ts';
export type { Face, Room, RoomHost, RoomOptions } from './room.ts';
export type { CameraOptions, Heard, JoinOptions, LabParticipant, Spoken } from './participant.ts';
export { teamsLinks, type TeamsLinks } from './teams-links.ts';
export type { MediaState, Person } from './protocol.ts';
export type { ChatLine } from './seats.ts';
export type { WaitOptions } from './changes.ts';
export { findChromium } from './find-chromium.ts';
export { speechFile, wavDurationMs, type SpeechFile } from './speech.ts';
