import type { OtherBot } from '@earshot/kernel';
import type { ParticipantChange } from './ingest-batch.ts';
import { OwnBots } from './own-bots.ts';

/** A page may make up people for ever. */
const MAX_KEPT = 1000;

export interface TrackOwner {
  /** As the roster has it; empty where the track is nobody's that is known. */
  readonly id: string;
  readonly name: string;
}

const nobody: TrackOwner = { id: '', name: '' };

/** Whose tracks are whose, by what the batches tell of the participants. */
export class TrackOwners {
  readonly #owners = new Map<string, ParticipantChange>();
  readonly #ownBots = new OwnBots();

  /** The other bots of this system in the meeting, all of them. */
  takeBots(bots: readonly OtherBot[], now: number): void {
    this.#ownBots.take(bots, now);
  }

  note(changes: readonly ParticipantChange[]): void {
    for (const change of changes) {
      if (change.action === 'left') this.#owners.delete(change.participantId);
      else if (this.#owners.size < MAX_KEPT || this.#owners.has(change.participantId))
        this.#owners.set(change.participantId, change);
    }
  }

  ownerOf(trackId: string): TrackOwner {
    const owner = [...this.#owners.values()].find(({ trackIds }) => trackIds.includes(trackId));
    return owner ? { id: owner.participantId, name: owner.name } : nobody;
  }

  /** Whether it is another bot of this system. */
  isOwnBot({ id }: TrackOwner, now: number): boolean {
    const entries = Array.from(this.#owners.values(), ({ participantId, name, trackIds }) => {
      return { id: participantId, name, trackIds, isSelf: false };
    });
    const signs = { now, sharesIds: false, isFrom: () => false, hasSpoken: () => false };
    return id !== '' && this.#ownBots.among(entries, signs).has(id);
  }
}
