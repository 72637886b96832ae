import { z } from 'zod';
import { ifWanted, unlessNull } from './unwanted.ts';

/** What the public documentation has and this server has not: answered at once, not found out after the meeting. */
const missing = (what: string) => `is not available: this server has no ${what}`;

/** A field that is taken only where it asks for nothing. */
export const notHere = (what: string) =>
  ifWanted(
    z
      .unknown()
      .refine((given) => given === undefined || given === '' || isEmptyList(given), missing(what))
      .optional(),
  );

/** Bots of Google Meet and Teams that sign in. `login_required: false` asks for nothing. */
export const signIn = (domain: 'google_login_domain' | 'teams_login_domain') => {
  const text = ifWanted(z.string().optional());
  const flag = unlessNull(z.boolean().optional());
  return ifWanted(
    z
      .strictObject({ login_required: flag, [domain]: text, sign_in_email: text, strict_email: flag })
      .refine(({ login_required: isRequired }) => isRequired === false, missing('signed-in bots'))
      .optional(),
  );
};

const token = ifWanted(z.string().optional());

/** Bots of Zoom that join for somebody who has an account there: one address or the other. */
export const zoomSignIn = ifWanted(
  z
    .strictObject({ zak_url: token, obf_url: token })
    .superRefine((given, context) => {
      const names = Object.entries(given).flatMap(([name, value]) => (value ? [name] : []));
      if (names.length > 1) context.addIssue({ code: 'custom', message: 'takes zak_url or obf_url, not both' });
      for (const name of names) {
        context.addIssue({ code: 'custom', path: [name], message: missing('bots that are signed in to Zoom') });
      }
    })
    .optional(),
);

function isEmptyList(given: unknown): boolean {
  return Array.isArray(given) && given.length === 0;
}
