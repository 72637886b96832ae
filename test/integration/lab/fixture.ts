import { afterAll, beforeAll } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { startLab, type Lab, type Room, type RoomOptions } from '@earshot/lab';
import { launchVisitor } from './visitor.ts';

/** A lab and a browser from outside, for all tests of a file. To be called where its hooks shall be. */
export interface FaceSetUp {
  createRoom(options: RoomOptions): Room;
  /** An empty page in a context of its own; what is still open is closed after the last test. */
  newPage(options?: { bypassCSP?: boolean }): Promise<Page>;
}

export function setUpFace(): FaceSetUp {
  let lab: Lab;
  let browser: Browser;
  beforeAll(async () => {
    lab = await startLab();
    browser = await launchVisitor(lab);
  });
  afterAll(async () => {
    await browser.close();
    await lab[Symbol.asyncDispose]();
  });
  return {
    createRoom: (options) => lab.createRoom(options),
    newPage: async (options) => (await browser.newContext(options)).newPage(),
  };
}
