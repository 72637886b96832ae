import type { Page } from 'playwright-core';
import { SECOND } from '@earshot/kernel';
import type { ChatRow } from '../chat-row.ts';
import { find, press, seeChat } from '../probe.ts';
import { teamsControls, teamsMarks, teamsSelectors } from './selectors.ts';

/** How long a pane may take to be drawn. */
const PANE_MS = 2 * SECOND;
const KEYS_MS = 20 * SECOND;

export interface TeamsChat {
  /** Opens the pane unless it is open; guests may have none. Answers whether it is open. */
  open(): Promise<boolean>;
  /** Answers whether it could be sent. */
  send(text: string): Promise<boolean>;
  rows(): Promise<ChatRow[]>;
}

export function createTeamsChat(page: Page): TeamsChat {
  const { chatInput, chatSend } = teamsControls;

  // The button closes what is open: two who open at once would undo each other.
  async function open(): Promise<boolean> {
    if (await find(page, chatInput)) return true;
    if (!(await press(page, teamsSelectors.chatToggle))) return false;
    return page.waitForSelector(chatInput[0].css, { timeout: PANE_MS }).then(
      () => true,
      () => false,
    );
  }

  async function send(text: string): Promise<boolean> {
    if (!(await open())) return false;
    const editor = await find(page, chatInput);
    await editor?.focus();
    // The editor takes keys, not inserted text, and Enter alone may send.
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (index > 0) await editor?.press('Shift+Enter', { timeout: PANE_MS });
      await editor?.type(line, { timeout: KEYS_MS });
    }
    return press(page, chatSend);
  }

  return {
    open,
    send,
    rows: () => seeChat(page, 'teamsChat', teamsMarks.chat),
  };
}
