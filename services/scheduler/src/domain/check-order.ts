import { AppError } from '@earshot/kernel';
import type { BotSpec } from './bot.ts';

/** The longest address that a browser and every server in between accept; in characters, as are the others. */
const LONGEST_ADDRESS = 2048;
/** The public API takes keys of 2000 characters in a body; a row of a btree index holds 2704 bytes. */
const LONGEST_KEY = 2048;
/** Of the customer's own attributes: they are part of each callback. Bytes, and objects within objects. */
const [MOST_ATTRIBUTE_BYTES, DEEPEST_ATTRIBUTES] = [16 * 1024, 10];

/**
 * The second check after the gateway's: refuses an order that a later service could not store or pass on.
 * Throws `invalid-argument` that names the field.
 */
export function checkOrder({ spec, idempotencyKey }: { spec: BotSpec; idempotencyKey: string | undefined }): void {
  const { destinations, attributesJson, requestJson, ...own } = spec;
  const addresses = {
    meeting_url: own.meetingUrl,
    image_url: own.imageUrl,
    lifecycle_url: destinations.lifecycleUrl,
    live_transcript_webhook_url: destinations.liveTranscriptWebhookUrl,
    live_transcript_socket_url: destinations.liveTranscriptSocketUrl,
    live_audio_socket_url: destinations.liveAudioSocketUrl,
    live_video_socket_url: destinations.liveVideoSocketUrl,
    control_socket_url: destinations.controlSocketUrl,
    ...Object.fromEntries(destinations.participantHooks.map(({ url }, at) => [`participant_hooks[${at}].url`, url])),
  };
  for (const [field, address] of Object.entries(addresses)) {
    if (address.length > LONGEST_ADDRESS) refuse(field, `must have at most ${LONGEST_ADDRESS} characters`);
  }
  if ((idempotencyKey ?? '').length > LONGEST_KEY) {
    refuse('idempotency_key', `must have at most ${LONGEST_KEY} characters`);
  }
  // UTF-8 has at most three bytes for each of a string's units; an exact count is only needed in between.
  if (
    attributesJson.length > MOST_ATTRIBUTE_BYTES ||
    new TextEncoder().encode(attributesJson).length > MOST_ATTRIBUTE_BYTES
  ) {
    refuse('attributes_json', `must have at most ${MOST_ATTRIBUTE_BYTES} bytes`);
  }
  if (depthOf(attributesJson) > DEEPEST_ATTRIBUTES) {
    refuse('attributes_json', `must have at most ${DEEPEST_ATTRIBUTES} levels`);
  }
  // PostgreSQL's texts hold every character but this one.
  const texts = [
    own.botName,
    own.chatMessage,
    own.speech?.engine,
    own.speech?.optionsJson,
    ...Object.values(addresses),
  ];
  if ([...texts, attributesJson, requestJson, idempotencyKey].some((text) => text?.includes('\0'))) {
    refuse('spec', 'must not contain the character U+0000');
  }
}

function refuse(field: string, problem: string): never {
  throw new AppError('invalid-argument', `${field}: ${problem}`);
}

/** How deep objects and arrays lie within each other; without recursion, which a text of many levels would exhaust. */
function depthOf(json: string): number {
  let [depth, deepest, isInText] = [0, 0, false];
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (isInText) {
      if (character === '\\') at += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}
