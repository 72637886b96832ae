import { swallow, type Log } from '@earshot/kernel';
import type { Message } from '../domain/bot.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { WorkerEvent } from './ipc.ts';

export interface ChatSenderDeps {
  readonly page: Pick<MeetingPage, 'sendChat'>;
  /** Sent first, once; empty for none. */
  readonly greeting: string;
  /** The other messages, as they come; taken out from the front. */
  readonly messages: Message[];
  readonly emit: (event: WorkerEvent) => void;
  readonly log: Log;
}

/** A press may be lost, a dialog in the way: so often is a message tried, once a look. */
const TRIES = 3;

interface Entry {
  /** Empty for the greeting. */
  readonly messageId: string;
  readonly text: string;
}

/** Writes the bot's messages into the meeting's chat, one after the other. The visit does not wait for it. */
export class ChatSender {
  readonly #deps: ChatSenderDeps;
  #current: Entry | undefined;
  #tries = 0;
  #isWriting = false;

  constructor(deps: ChatSenderDeps) {
    this.#deps = deps;
    this.#current = deps.greeting === '' ? undefined : { messageId: '', text: deps.greeting };
  }

  /** Goes on with the queue, unless a message is being written. */
  look(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.#writeAll().finally(() => (this.#isWriting = false));
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      this.#current ??= this.#deps.messages.shift();
      if (!this.#current) return;
      const isSent = await this.#write(this.#current.text);
      this.#tries += 1;
      if (!isSent && this.#tries < TRIES) return;
      this.#settle(this.#current, isSent);
    }
  }

  #settle({ messageId }: Entry, isSent: boolean): void {
    const { emit, log } = this.#deps;
    this.#current = undefined;
    this.#tries = 0;
    if (!isSent) log.info('chat message not sent');
    emit({ case: 'chat-sent', messageId, isSent });
  }

  /** A message that cannot be sent is not worth a visit. */
  async #write(text: string): Promise<boolean> {
    const { page, log } = this.#deps;
    return page.sendChat(text).catch((error: unknown) => {
      swallow(log, error, 'tried again, then reported as not sent');
      return false;
    });
  }
}
