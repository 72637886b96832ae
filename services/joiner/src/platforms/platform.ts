import type { Page } from 'playwright-core';
import type { CaptionRow } from '../domain/captions.ts';
import type { JoinState } from '../domain/join-state.ts';
import type { RecordingPermission } from '../domain/recording-permission.ts';
import type { RosterEntry } from '../domain/roster.ts';
import type { InPageMarks } from '../page-protocol/options.ts';
import type { ShownMicrophone } from '../domain/microphone-control.ts';
import type { ChatRow } from './chat-row.ts';
import type { SeenDevices } from './seen-devices.ts';
import type { Selectors } from './selectors.ts';

/** What the tap knows of the media; part of the proof that a bot is inside. */
export interface MediaSigns {
  /** Whether anything arrived from somebody else by a connection in the last few seconds; what a page sends to itself does not count. */
  isFlowing(): boolean;
  /** Whether the page has played sound that came by no connection, as far as is known: its own, or a meeting's. */
  isSounding(): boolean;
  /** Whether any connection to somebody else stands. */
  isConnected(): boolean;
  /** Whether one of those was ever to take what the page sends. */
  isSending(): boolean;
  /** Whether a track is received (and is not the page's own). */
  isRemote(trackId: string): boolean;
}

export interface PageDeps {
  readonly page: Page;
  readonly media: MediaSigns;
  readonly selectors: Selectors;
  readonly meetingUrl: string;
  readonly botName: string;
  /** Hosts, with a port or without, to whose terms the operator has agreed. */
  readonly termsAcceptedHosts: readonly string[];
  /** Whether the bot has a picture to show: then its camera is to be on. */
  wantsCamera(): boolean;
}

/** The platform's own captions at one moment. */
export interface Captions {
  readonly areOn: boolean;
  /** The oldest first. */
  readonly rows: readonly CaptionRow[];
}

/** A platform's page: questions and verbs. Each may throw when the page is gone or slow; none decides to leave. */
export interface MeetingPage {
  open(): Promise<void>;
  joinState(): Promise<JoinState>;
  fillNameAndKnock(): Promise<void>;
  /** Whether something has come of the knock, which loading the page anew would take back. Absent where the join state has it. */
  isUnderWay?(): boolean;
  /** What the page said last of the attempts to get in, in its words; empty for nothing. */
  entranceWords?(): string;
  /** How microphone and camera stood when the join state was asked for last: no trip to the page. */
  devices(): SeenDevices;
  /** Turns the microphone on or off by the platform's own button; answers how the page shows it then. May wait for its turn at the input. */
  setMicrophone(isOn: boolean): Promise<ShownMicrophone>;
  /** Presses the control that turns the camera on or off, where it is not so; answers whether it was pressed. */
  setCamera(isOn: boolean): Promise<boolean>;
  /** Asks once, where the page offers it, and answers what has come of it. Absent where the platform has no say. */
  recordingPermission?(): Promise<RecordingPermission>;
  /** Everybody the page shows, the bot included. */
  roster(): Promise<RosterEntry[]>;
  /** Whose pictures the page shows, as far as they come by receivers. Absent where none do. */
  videos?(): Promise<SeenVideo[]>;
  /** Answers whether it could be sent. */
  sendChat(text: string): Promise<boolean>;
  /** The chat as far as the page shows it. */
  chat(): Promise<ChatRow[]>;
  /** The platform's own captions, turned on where they are off. Absent where a platform is not known to have any with names. */
  captions?(): Promise<Captions>;
  /** Presses the platform's own leave control, where there is one. */
  leave(): Promise<void>;
}

/** A picture that a page shows of somebody. */
export interface SeenVideo {
  readonly trackId: string;
  /** As in the roster; empty where the page does not say. */
  readonly ownerId: string;
  readonly isScreen: boolean;
}

export interface Platform {
  /** Whether the page's list has everybody who is there; else whoever has a voice and is not listed is somebody as well. */
  readonly listsEverybody: boolean;
  readonly marks: InPageMarks;
  createPage(deps: PageDeps): MeetingPage;
}
