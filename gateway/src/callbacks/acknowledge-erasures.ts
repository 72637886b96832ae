import type { GatewayDeps } from '../actions/deps.ts';
import type { ToldErasures } from '../store/told-erasures.ts';

const BATCH = 500;

/** Reports to retention which erased bots' last callbacks are stored with the notifier. Answers whether there may be more. */
export async function acknowledgeErasures({
  retention,
  toldErasures,
}: Pick<GatewayDeps, 'retention'> & { readonly toldErasures: ToldErasures }): Promise<boolean> {
  const botIds = await toldErasures.some(BATCH);
  if (botIds.length === 0) return false;
  await retention.acknowledgeErasures({ botIds });
  await toldErasures.drop(botIds);
  return botIds.length === BATCH;
}
