/** Lets one part of this process wake another when something committed is waiting. */
export interface Wakeups {
  subscribe(listener: () => void): () => void;
  wake(): void;
}

export function createWakeups(): Wakeups {
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake() {
      for (const listener of listeners) listener();
    },
  };
}
