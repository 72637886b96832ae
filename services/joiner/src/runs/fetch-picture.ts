import type { Egress, FailureReason } from '@earshot/egress';
import { SECOND } from '@earshot/kernel';
import { pictureProblem, readPicture, type Picture } from '../domain/picture.ts';

/** A bot waits no longer for its picture. */
const FETCH_MS = 5 * SECOND;
/** Logos are far smaller; photographs of a telephone fit. */
const MAX_BYTES = 5 * 1024 * 1024;

/** `status`: answered by something else than 200, a redirect included. */
export type PictureProblem = FailureReason | 'status' | 'not-a-picture' | 'too-many-pixels';

/** Fetches the picture a bot is to show, from an address that a customer chose. Throws only `cancelled`. */
export async function fetchPicture(
  egress: Pick<Egress, 'request'>,
  url: string,
): Promise<{ readonly picture: Picture } | { readonly problem: PictureProblem }> {
  const answer = await egress.request({ url, method: 'GET', timeoutMs: FETCH_MS, maxResponseBytes: MAX_BYTES });
  if (answer.kind === 'failed') return { problem: answer.reason };
  if (answer.status !== 200) return { problem: 'status' };
  if (answer.isTruncated) return { problem: 'too-large' };
  const picture = readPicture(answer.body);
  if (!picture) return { problem: 'not-a-picture' };
  const problem = pictureProblem(picture);
  return problem ? { problem } : { picture };
}
