import { randomInt, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { freePorts } from '@earshot/stack';
import { eventually } from '../eventually.ts';
import { serveJanusDemos } from './demo-site.ts';
import { makeJanusFolder } from './janus-folder.ts';
import { runJanus } from './janus-process.ts';

/** Each is a page, a plugin, and a manner of media: relayed person by person, or one mixed stream. */
export type JanusDemo = 'videoroom' | 'audiobridge';

export interface JanusRoom {
  readonly demo: JanusDemo;
  readonly link: string;
  /** Who is in it, by the server's own list. */
  names(): Promise<string[]>;
  /** Resolves once the server's list of names satisfies `isTrue`; rejects after 20 s with `what`, the list and the server's log. */
  until(what: string, isTrue: (names: readonly string[]) => boolean): Promise<void>;
  /** Removes somebody as the room's owner would. */
  kick(name: string): Promise<void>;
}

export interface Janus extends AsyncDisposable {
  createRoom(demo: JanusDemo): Promise<JanusRoom>;
}

interface ListedParticipant {
  readonly id: number;
  readonly display: string;
}

const WAIT_MS = 20_000;

/** Debian's Janus and its demo pages (`janus`, `janus-demos`), on loopback and free ports; its API is its own. */
export async function startJanus(): Promise<Janus> {
  // Any two of the free ones.
  const { gateway: api, scheduler: admin } = await freePorts();
  const adminSecret = randomUUID();
  const folder = await makeJanusFolder({ api, admin, adminSecret });
  const process = runJanus(folder);
  const site = await serveJanusDemos(api);
  const dispose = async () => {
    await Promise.all([process[Symbol.asyncDispose](), site[Symbol.asyncDispose]()]);
    await rm(folder, { recursive: true, force: true });
  };

  /** Asks a plugin by way of the server's administration. */
  async function ask(demo: JanusDemo, request: Record<string, unknown>): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${admin}/admin`, {
      method: 'POST',
      signal: AbortSignal.any([process.ended, AbortSignal.timeout(WAIT_MS)]),
      body: JSON.stringify({
        ...{ janus: 'message_plugin', transaction: randomUUID(), admin_secret: adminSecret },
        ...{ plugin: `janus.plugin.${demo}`, request },
      }),
    }).catch((cause: unknown) => {
      throw new Error(`janus does not answer ${JSON.stringify(request)}\n${process.log()}`, { cause });
    });
    const answer = (await response.json()) as { response?: Record<string, unknown> };
    if (!answer.response || 'error' in answer.response) throw new Error(`janus refuses: ${JSON.stringify(answer)}`);
    return answer.response;
  }

  async function createRoom(demo: JanusDemo): Promise<JanusRoom> {
    const room = randomInt(1, 2 ** 31);
    // Without the last one somebody who is removed from a video room goes on receiving it.
    await ask(demo, { request: 'create', room, publishers: 6 });
    const list = async () => {
      const { participants } = await ask(demo, { request: 'listparticipants', room });
      return participants as ListedParticipant[];
    };
    const names = async () => (await list()).map(({ display }) => display);
    return {
      demo,
      link: `${site.url}/${demo}test.html?room=${room}`,
      names,
      async until(what, isTrue) {
        const signal = AbortSignal.any([process.ended, AbortSignal.timeout(WAIT_MS)]);
        let last: readonly string[] = [];
        await eventually(async () => isTrue((last = await names())), { signal }).catch((cause: unknown) => {
          throw new Error(`not in ${WAIT_MS} ms: ${what}; there is ${last.join() || 'nobody'}\n${process.log()}`, {
            cause,
          });
        });
      },
      async kick(name) {
        const found = (await list()).find(({ display }) => display === name);
        if (!found) throw new Error(`nobody here is called ${name}`);
        await ask(demo, { request: 'kick', room, id: found.id });
      },
    };
  }

  try {
    const signal = AbortSignal.any([process.ended, AbortSignal.timeout(WAIT_MS)]);
    const isUp = (demo: JanusDemo) =>
      ask(demo, { request: 'list' }).then(
        () => true,
        () => false,
      );
    await eventually(async () => (await isUp('videoroom')) && isUp('audiobridge'), { signal });
    return { createRoom, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw process.ended.aborted ? process.ended.reason : error;
  }
}
