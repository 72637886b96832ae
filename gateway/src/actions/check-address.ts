import { EgressFailure } from '@earshot/egress';
import { AppError } from '@earshot/kernel';
import type { Problem } from '../contract/problems.ts';
import type { GatewayDeps } from './deps.ts';

/** Looks at one address that Earshot is to call; answers what is wrong with it. */
export async function checkAddress(
  egress: GatewayDeps['egress'],
  { field, url, schemes }: { field: string; url: string; schemes: readonly string[] },
): Promise<Problem[]> {
  try {
    const parsed = egress.checkSyntax(url, { schemes });
    const secure = parsed.protocol === 'https:' || parsed.protocol === 'wss:';
    if (!secure && !egress.isAllowListed(parsed)) throw new AppError('invalid-argument', `must use ${schemes[0]}://`);
    await egress.check(url);
    return [];
  } catch (error) {
    // A name that cannot be resolved at this moment is not the request's fault; each call is checked again.
    if (!(error instanceof AppError) || error.code !== 'invalid-argument') return [];
    const isPrivate = error instanceof EgressFailure && error.isPrivateHost;
    const hint = isPrivate ? '. The operator of this server can allow its host with the setting EGRESS_ALLOW' : '';
    return [{ field, message: `cannot be used: ${error.message}${hint}` }];
  }
}
