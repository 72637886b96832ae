import type { ChatMessage, Participant } from '@earshot/contract/media/v1/media.ts';

/** Who wrote a message, as far as it is known. */
export interface ChatSender {
  /** Two senders that are told apart have two. */
  readonly key: string;
  /**
   * A participant's id; `sender:` and what the page knows them by, where it does not tell which of several participants that is;
   * the name of whoever is no participant, as the bot; null where it may be any of several.
   */
  readonly deviceId: string | null;
  readonly name: string;
  /** Whom it may be, where it may be any of several. */
  readonly possibleDeviceIds?: readonly string[];
}

/**
 * Who wrote each message. Best by what the page knows the sender by; else by the name, where one participant of that name was there at
 * the time. Two people of one name are never made one: where nothing tells them apart, nobody is named.
 */
export function chatSenders(messages: readonly ChatMessage[], participants: readonly Participant[]): ChatSender[] {
  const ids = new Set(participants.map(({ participantId }) => participantId));
  const byName = Map.groupBy(participants, ({ name }) => name);
  const candidates = ({ senderName, atMs }: ChatMessage) => {
    const named = byName.get(senderName) ?? [];
    const present = named.filter(({ joinedMs, leftMs }) => joinedMs <= atMs && (leftMs === 0 || atMs <= leftMs));
    return (present.length > 0 ? present : named).map(({ participantId }) => participantId);
  };
  // Whoever was once the only one of their name is the same person in every message under the same mark.
  const byMark = new Map<string, string>();
  for (const message of messages) {
    const [only, ...others] = candidates(message);
    if (message.senderId !== '' && only !== undefined && others.length === 0) byMark.set(message.senderId, only);
  }
  return messages.map((message) => {
    const { senderId, senderName: name } = message;
    if (ids.has(senderId)) return known(senderId, name);
    const possible = candidates(message);
    const [only, ...others] = possible;
    const deviceId = others.length === 0 ? only : byMark.get(senderId);
    if (deviceId !== undefined) return known(deviceId, name);
    if (only === undefined) return known(name, name);
    if (senderId !== '') return known(`sender:${senderId}`, name);
    return { key: name, deviceId: null, name, possibleDeviceIds: possible };
  });
}

const known = (deviceId: string, name: string): ChatSender => ({ key: deviceId, deviceId, name });
