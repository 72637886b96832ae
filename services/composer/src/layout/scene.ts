/** Pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A picture and the name under it. Where there is no track the picture is dark. */
export interface Tile {
  readonly personId: string;
  readonly trackId: string | undefined;
  readonly name: string;
  readonly picture: Rect;
  /** Where the name stands; absent: nowhere. */
  readonly bar: Rect | undefined;
}

/** What is shown from one moment to another. No tiles: black. */
export interface Scene {
  readonly fromMs: number;
  readonly toMs: number;
  readonly tiles: readonly Tile[];
}

export const CANVAS = { w: 1280, h: 720 } as const;
export const FRAME_RATE = 25;
