import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { JSHandle, Page } from 'playwright-core';
import { z } from 'zod';

/** The questions that can be put to a page: functions of in-page/probes. They leave nothing behind in it. */
const files = [
  'name-of.ts',
  'look.ts',
  'watch-people.ts',
  'web-entrance.ts',
  'web-roster.ts',
  'web-chat.ts',
  'web-signs.ts',
  'meet-roster.ts',
  'meet-chat.ts',
  'zoom-roster.ts',
  'zoom-chat.ts',
  'zoom-transcript.ts',
  'teams-roster.ts',
  'teams-chat.ts',
  'caption-rows.ts',
  'fit-picture.ts',
  'dump-page.ts',
];

/** Of what a page says of its failure. */
const MAX_ERROR = 200;

interface ProbeFile {
  /** What it declares for all. */
  readonly names: readonly string[];
  readonly source: string;
}
let probeFiles: readonly ProbeFile[] | undefined;
const sources = new Map<string, string>();

/** A page, or the frame of it that holds the client. */
export type Probed = Pick<Page, 'evaluate' | 'evaluateHandle'>;

interface Question {
  /** A function of in-page/probes. */
  readonly probe: string;
  /** Its arguments as an expression; `held` stands for what the question is about. */
  readonly takes: string;
  readonly held: JSHandle | null;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const waiting = new WeakMap<Probed, Question[]>();
const answersOf = z.array(z.object({ value: z.unknown().optional(), error: z.string().optional() }));

interface Asked {
  readonly argument?: unknown;
  /** What is held in the page. */
  readonly held?: JSHandle;
}

/**
 * Puts a question to a page: `probe` of in-page/probes is called with the argument, or with that and what is held there.
 * Questions of one turn go there together, since a trip takes the page, the browser and us a good part of a millisecond,
 * whatever is asked. One that fails leaves the others their answers.
 */
export function ask(page: Probed, probe: string, { argument, held }: Asked = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const takes = [JSON.stringify(argument), held && 'held'].filter(Boolean).join();
    const question = { probe, takes, held: held ?? null, resolve, reject };
    const together = waiting.get(page);
    if (together) {
      together.push(question);
      return;
    }
    const questions = [question];
    waiting.set(page, questions);
    queueMicrotask(() => {
      waiting.delete(page);
      put(page, questions).catch((error: Error) => {
        for (const each of questions) each.reject(error);
      });
    });
  });
}

async function put(page: Probed, questions: readonly Question[]): Promise<void> {
  const calls = questions.map(({ probe, takes }) => `(held) => ${probe}(${takes})`);
  const text = `(all) => {
'use strict';
${sourceFor(...questions.map(({ probe }) => probe))}
const answer = async (call, index) => {
  try {
    return { value: await call(all[index]) };
  } catch (error) {
    return { error: String(error) };
  }
};
return Promise.all([${calls.join()}].map(answer));
}`;
  // Playwright passes what is held to functions only, and sends a function by its text.
  const asked = Object.assign((_: unknown): unknown => undefined, { toString: () => text });
  const told = await page.evaluate(
    asked,
    questions.map(({ held }) => held),
  );
  const answers = answersOf.length(questions.length).parse(told);
  for (const [index, { resolve, reject }] of questions.entries()) {
    const { value, error } = answers[index] ?? {};
    if (error === undefined) resolve(value);
    else reject(new Error(error.slice(0, MAX_ERROR)));
  }
}

/** What stays in the page from one question to the next, as an expression makes it of some probes. The page cannot find it. */
export function hold(page: Probed, probes: readonly string[], expression: string): Promise<JSHandle> {
  return page.evaluateHandle(`(() => {\n'use strict';\n${sourceFor(...probes)}\nreturn ${expression};\n})()`);
}

/** The files that declare these functions and what they use: a page is asked every second and reads all it is sent. */
function sourceFor(...probes: string[]): string {
  const key = probes.join();
  const known = sources.get(key);
  if (known !== undefined) return known;
  probeFiles ??= files.map(readProbe);
  const used = new Set<ProbeFile>();
  const use = (text: string) => {
    for (const file of probeFiles ?? []) {
      if (used.has(file) || !file.names.some((name) => new RegExp(`\\b${name}\\b`).test(text))) continue;
      used.add(file);
      use(file.source);
    }
  };
  use(key);
  const source = Array.from(used, (file) => file.source).join('\n');
  sources.set(key, source);
  return source;
}

function readProbe(file: string): ProbeFile {
  const text = readFileSync(join(import.meta.dirname, '../in-page/probes', file), 'utf8');
  const source = stripTypeScriptTypes(text);
  return {
    source,
    names: Array.from(source.matchAll(/^(?:async )?(?:function|const) (\w+)/gm), ([, name = '']) => name),
  };
}
