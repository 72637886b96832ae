import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError, type AccountId } from '@earshot/kernel';
import { addressesOf, checkTogether, providerOf, toBotSpec } from '../contract/bot-spec.ts';
import { botKeyOf, withoutBotKey } from '../contract/bot-key.ts';
import { createBotBody, type CreateBotBody } from '../contract/create-bot.ts';
import { isSameMeeting, parseMeetingLink, type MeetingLink } from '../contract/meeting-link/index.ts';
import { toSpeech } from '../contract/provider-choice.ts';
import type { ProviderName } from '../contract/providers.ts';
import { BadRequest, toProblems, type Problem } from '../contract/problems.ts';
import { check, emptyBody } from '../contract/read.ts';
import { keyWarnings, warningsOf } from '../contract/warnings.ts';
import type { Caller } from '../store/api-keys.ts';
import { checkAddress } from './check-address.ts';
import type { GatewayDeps } from './deps.ts';
import { forgetBotKey, keepBotKey } from './keep-bot-key.ts';

/** A word of advice is worth no longer wait than this. */
const KEYS_TIMEOUT_MS = 500;

export interface CreateBotInput {
  readonly body: unknown;
  readonly caller: Caller;
  /** The `Idempotency-Key` header; wins over the body's `deduplication_key`. */
  readonly idempotencyKey: string | undefined;
}

export interface CreatedBot {
  readonly bot: Bot;
  /** What was asked for and will not be delivered. */
  readonly warnings: readonly string[];
  readonly outcome: 'created' | 'replayed-by-header' | 'replayed-by-body';
}

/** Checks a request whole, so that one answer names everything wrong with it, and creates the bot. */
export async function createBot(
  deps: Pick<GatewayDeps, 'scheduler' | 'providerKeys' | 'egress' | 'settings'>,
  { body: asked, caller, idempotencyKey }: CreateBotInput,
): Promise<CreatedBot> {
  const { given, body, link } = await validate(deps, asked);
  const deduplicated = idempotencyKey === undefined ? body.deduplication_key : undefined;
  const key = idempotencyKey === undefined ? deduplicated && `body:${deduplicated}` : `header:${idempotencyKey}`;
  const chosen = providerOf(body);
  const speech = chosen && toSpeech(chosen, deps.settings.defaultEngines);
  const { accountId } = caller;
  const keyless = speech ? warnOfKey(deps, { engine: speech.engine, accountId, botKey: botKeyOf(body) }) : [];
  const botId = await keepBotKey(deps, { body, accountId });
  const { bot, created } = await deps.scheduler.createBot({
    ...{ accountId, botId },
    spec: toBotSpec(body, link, {
      callbackVersion: body.callback_version ?? caller.callbackVersion ?? deps.settings.defaultCallbackVersion,
      requestJson: JSON.stringify(withoutBotKey(given)),
      speech,
    }),
    idempotencyKey: key ?? '',
    orderedByKey: caller.keyId,
  });
  const warnings = [...warningsOf(body, speech?.engine), ...(await keyless)];
  if (!bot) throw new AppError('internal', 'the scheduler answered without a bot');
  if (created) return { bot, warnings, outcome: 'created' };
  if (botId) await forgetBotKey(deps, { botId, accountId });
  if (deduplicated === undefined) return { bot, warnings, outcome: 'replayed-by-header' };
  checkSameMeeting(bot, link, deps.settings);
  return { bot, warnings, outcome: 'replayed-by-body' };
}

/** Throws `already-exists` for a bot of another meeting, and for one of which the meeting is not known any more. */
function checkSameMeeting(bot: Bot, link: MeetingLink, { webMeetingHosts }: GatewayDeps['settings']): void {
  // Whatever host was once taken for a meeting's is one for this.
  const first = bot.erasedAt ? undefined : parseMeetingLink(bot.spec?.meetingUrl ?? '', [...webMeetingHosts, '*']);
  if (typeof first === 'object' && isSameMeeting(first, link)) return;
  const whose = bot.erasedAt ? 'a bot whose data is deleted' : 'another meeting';
  throw new AppError('already-exists', `deduplication_key has been used for ${whose}`, {
    fields: { botId: bot.botId },
  });
}

/** No request waits for long, or fails, because it cannot be known. */
async function warnOfKey(
  { providerKeys }: Pick<GatewayDeps, 'providerKeys'>,
  { engine, accountId, botKey }: { engine: ProviderName; accountId: AccountId; botKey: string | undefined },
): Promise<string[]> {
  try {
    const known = await providerKeys.listProviderKeys({ accountId }, { timeoutMs: KEYS_TIMEOUT_MS });
    return keyWarnings(engine, { ...known, botKey });
  } catch {
    return [];
  }
}

async function validate(
  deps: Pick<GatewayDeps, 'egress' | 'settings'>,
  given: unknown,
): Promise<{ given: object; body: CreateBotBody; link: MeetingLink }> {
  if (given === undefined) throw emptyBody([{ field: 'meeting_link', message: 'is required' }]);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new BadRequest([{ field: '', message: 'the body must be a JSON object' }]);
  }
  const parsed = check(createBotBody, given);
  // Addresses and the link are looked at even when another field is at fault: one answer names them all.
  const partial = parsed.success ? parsed.data : readable(given);
  const link =
    typeof partial.meeting_link === 'string'
      ? parseMeetingLink(partial.meeting_link, deps.settings.webMeetingHosts)
      : undefined;
  const platform = typeof link === 'object' ? link.platform : undefined;
  const problems = [
    ...(parsed.success ? checkTogether(parsed.data, platform) : toProblems(parsed.error)),
    ...(typeof link === 'string' ? [{ field: 'meeting_link', message: link }] : []),
    ...(await checkAddresses(deps.egress, partial)),
  ];
  if (problems.length > 0 || !parsed.success || typeof link !== 'object') throw new BadRequest(merged(problems));
  return { given, body: parsed.data, link };
}

/** The fields that are right on their own, of a body that is not right as a whole. */
function readable(given: object): Partial<CreateBotBody> {
  const shape = createBotBody.shape;
  const fields = Object.entries(given).flatMap(([name, value]) => {
    const field = Object.hasOwn(shape, name) ? shape[name as keyof typeof shape].safeParse(value) : undefined;
    return field?.success ? [[name, field.data] as const] : [];
  });
  return Object.fromEntries(fields);
}

async function checkAddresses(egress: GatewayDeps['egress'], body: Partial<CreateBotBody>): Promise<Problem[]> {
  const addresses = addressesOf({
    ...body,
    recording_config: body.recording_config ?? { realtime_endpoints: [] },
  } as CreateBotBody);
  return (await Promise.all(addresses.map((address) => checkAddress(egress, address)))).flat();
}

function merged(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.field} ${problem.message}`, problem])).values()];
}
