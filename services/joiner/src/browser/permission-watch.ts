import type { Clock } from '@earshot/kernel';
import type { MeetingPage, RecordingPermission } from '../platforms/platform.ts';
import type { WorkerEvent } from './ipc.ts';

export interface PermissionWatchDeps {
  readonly page: Pick<MeetingPage, 'recordingPermission'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly tell: (event: WorkerEvent) => void;
  /** Called once, when sound may be kept: at once where the platform has no say in it. */
  readonly begin: () => void;
}

/** Whether the bot may record, while it is inside. Nothing is kept of what was received before it may. */
export class PermissionWatch {
  /** Since when the answer is awaited, or is no. */
  unpermittedSince: number | undefined;
  readonly #deps: PermissionWatchDeps;
  #last: RecordingPermission = 'unknown';
  #hasBegun = false;

  constructor(deps: PermissionWatchDeps) {
    this.#deps = deps;
  }

  async look(): Promise<void> {
    if (this.#hasBegun) return;
    const { page, clock, tell } = this.#deps;
    const permission = (await page.recordingPermission?.()) ?? 'not-offered';
    if (permission === this.#last) return;
    this.#last = permission;
    if (permission === 'allowed') tell({ case: 'recording-answered', isAllowed: true });
    if (permission === 'denied' || permission === 'ignored') tell({ case: 'recording-answered', isAllowed: false });
    if (permission === 'allowed' || permission === 'not-offered') {
      this.#hasBegun = true;
      this.unpermittedSince = undefined;
      this.#deps.begin();
    } else if (permission !== 'unknown') this.unpermittedSince = clock.now();
  }
}
