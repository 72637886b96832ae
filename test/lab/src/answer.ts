import type { Room } from './room.ts';

/** A room's page, a page of the folder, another address, or a status alone. */
export type Answer =
  | { readonly room: Room }
  | { readonly page: string; readonly status: number }
  | { readonly location: string }
  | { readonly status: number };
