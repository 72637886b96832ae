import { statusIs } from '@earshot/demo';
import {
  eventually,
  listenTo,
  openFixture,
  startVoiceAgent,
  wordErrorRate,
  type Fixture,
  type VoiceAgent,
} from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { Face, LabParticipant } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';
import { recognised, silenceAfter, type Spoken } from './speak-verdict.ts';

/** A meeting, with the machine as slow as it may be. */
const MEETING_MS = 120 * SECOND;
/** Of words, as for a transcript. */
const LARGEST_WORD_ERROR_RATE = 0.25;
const BOT = 'Voice agent';
const text = (from: number, to = from + 1) =>
  sentences
    .slice(from, to)
    .map((sentence) => `${sentence.text}.`)
    .join(' ');
const ASKS = sentences[1]?.text ?? '';
/** Short enough to be heard out, and long enough for somebody to break in. */
const [ANSWER, LONG_ANSWER] = [text(3), text(5, 11)];

interface BargedIn extends Spoken {
  /** How much of the answer was played, as the model was told. */
  readonly toldMs: number;
}

/** The example of a voice agent in a meeting, with a realtime model that answers whatever is said. */
export function voiceAgent(face: Face): E2eStory {
  return {
    name: `a voice agent talks with somebody in a meeting on ${face}, and falls silent when they do`,
    async play(screen) {
      await using fixture = await openFixture({ face, realtimeAnswers: [ANSWER, LONG_ANSWER, ANSWER] });
      const { api, room, sandbox, stack } = fixture;
      const signal = AbortSignal.timeout(MEETING_MS);
      const ann = await room.join({ name: 'Ann' });
      await using agent = await startVoiceAgent({
        ...{ sandbox, earshotUrl: stack.url, apiKey: stack.apiKey, meetingLink: room.link },
      });
      const botId = await ordered(agent, signal);
      await eventually(async () => statusIs(await api.request('GET', `/bots/${botId}/status`), 'Recording'), {
        signal,
      });
      screen.line('the agent’s bot is in', 'blue');

      const answered = await ask(ann, agent, signal);
      const said = await recognised(fixture, answered.heard.pcm);
      const bargedIn = await bargeIn(ann, fixture, signal);
      await api.request('POST', `/bots/${botId}/remove_bot`);
      const code = await agent.exited;

      const rate = wordErrorRate(ANSWER.replace('.', ''), said.replaceAll('.', ''));
      const silentAfterMs = silenceAfter(bargedIn);
      return [
        {
          check: `somebody asks, and hears the model's answer: word error rate ${rate.toFixed(2)} ("${said}")`,
          passed: rate <= LARGEST_WORD_ERROR_RATE,
        },
        {
          check: `they break in, and it is silent ${silentAfterMs === undefined ? 'no more' : `after ${Math.round(silentAfterMs)} ms`}`,
          passed: silentAfterMs !== undefined,
        },
        {
          check: `the model knows that ${bargedIn.toldMs} ms of its answer were heard`,
          passed: bargedIn.toldMs > 0,
        },
        { check: `the agent ends with its bot, with ${code}`, passed: code === 0 },
        { check: `it has complained of nothing`, passed: !agent.lines.some((line) => /^(model|bot): /.test(line)) },
      ];
    },
  };
}

function ordered(agent: VoiceAgent, signal: AbortSignal): Promise<string> {
  return eventually(async () => /^bot (\S+) is on its way$/.exec(agent.lines[0] ?? '')?.[1], { signal });
}

/** Listens until the answer was said. */
async function ask(person: LabParticipant, agent: VoiceAgent, signal: AbortSignal): Promise<Spoken> {
  const hear = await listenTo(person, BOT);
  const { endedAt } = await person.say(ASKS);
  await eventually(async () => agent.lines.includes(`agent: ${ANSWER}`), { signal });
  return { sentAt: endedAt, heard: await hear(5 * SECOND) };
}

/** Has it begin its long answer, and speaks as soon as that is heard. */
async function bargeIn(person: LabParticipant, { sandbox }: Fixture, signal: AbortSignal): Promise<BargedIn> {
  const energy = async () => (await person.heard())[BOT]?.audioEnergy ?? 0;
  const before = await energy();
  await person.say(ASKS);
  // Half a second of a voice, or so.
  await eventually(async () => (await energy()) > before + 0.001, { signal, everyMs: 20 });
  const hear = await listenTo(person, BOT);
  const [{ startedAt }, heard, toldMs] = await Promise.all([
    person.say(ASKS),
    hear(4 * SECOND),
    eventually(
      async () =>
        sandbox.requests
          .map(({ body }) => body as Record<string, unknown> | undefined)
          .find((body) => body?.['type'] === 'conversation.item.truncate')?.['audio_end_ms'] as number | undefined,
      { signal },
    ),
  ]);
  return { sentAt: startedAt, heard, toldMs };
}
