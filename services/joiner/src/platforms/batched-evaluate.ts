import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JSHandle, Page } from 'playwright-core';
import { z } from 'zod';
import { exportsOf, linkPageCode } from './link-page-code.ts';

/** Of what a page says of its failure. */
const MAX_ERROR = 200;

const folder = join(import.meta.dirname, '../in-page/probes');
/** By the name of each function, the file that exports it. */
let probes: ReadonlyMap<string, string> | undefined;
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
  const returned = await page.evaluate(
    asked,
    questions.map(({ held }) => held),
  );
  const answers = answersOf.length(questions.length).parse(returned);
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

/** The functions and what they use: a page is asked every second and reads all it is sent. They leave nothing behind in it. */
function sourceFor(...names: string[]): string {
  const key = names.join();
  const known = sources.get(key);
  if (known !== undefined) return known;
  probes ??= findProbes();
  const wanted: Record<string, string[]> = {};
  for (const name of new Set(names)) {
    const file = probes.get(name);
    if (file === undefined) throw new Error(`no probe is called ${name}`);
    (wanted[file] ??= []).push(name);
  }
  const source = linkPageCode(wanted);
  sources.set(key, source);
  return source;
}

function findProbes(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const file = join(folder, name);
    for (const probe of exportsOf(file)) {
      if (found.has(probe)) throw new Error(`two probes are called ${probe} (${found.get(probe)}, ${file})`);
      found.set(probe, file);
    }
  }
  return found;
}
