/** A string whose type names what it identifies, so that one id cannot stand where another belongs. */
export type Branded<Name extends string> = string & { readonly __brand: Name };

export type BotId = Branded<'BotId'>;
export type AccountId = Branded<'AccountId'>;
export type JoinerId = Branded<'JoinerId'>;
export type TranscriptId = Branded<'TranscriptId'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids we make are UUIDs; anything else cannot name a thing of ours. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
