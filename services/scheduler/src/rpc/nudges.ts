/** Lets one part of this process tell another that something committed is waiting. */
export interface Nudges {
  subscribe(listener: () => void): () => void;
  nudge(): void;
}

export function createNudges(): Nudges {
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nudge() {
      for (const listener of listeners) listener();
    },
  };
}
