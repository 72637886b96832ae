/** Somebody whom a page shows. */
export interface SeenPerson {
  id: string;
  name: string;
  isMarkedSelf: boolean;
  trackIds: string[];
}
