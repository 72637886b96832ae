/** Which language is spoken, as far as options say: found out by the provider, several in one meeting, or one by its two letters. */
export type SpokenLanguage = 'detected' | 'mixed' | { readonly code: string };

/** A language by its code, without its region: `en_us` and `en-GB` are both English. */
export function languageBy(code: unknown): SpokenLanguage | undefined {
  const [letters] = typeof code === 'string' ? code.split(/[-_]/) : [];
  return letters ? { code: letters } : undefined;
}
