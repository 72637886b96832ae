import type { FastifyInstance } from 'fastify';
import type { GatewayDeps } from '../../actions/deps.ts';
import { readBody } from '../../contract/read.ts';
import { sendMessageBody } from '../../contract/send-message.ts';
import { callerOf } from '../caller.ts';

interface BotPath {
  Params: { bot_id: string };
}

/** What a bot is to do while it is in its meeting. Accepted means: committed; the bot does it as soon as it can. */
export function inMeetingRoutes(api: FastifyInstance, { scheduler }: GatewayDeps): void {
  api.post<BotPath>('/bots/:bot_id/send_message', async (request) => {
    const { message: text } = readBody(sendMessageBody, request.body);
    const { accountId } = callerOf(request);
    const botId = request.params.bot_id;
    await scheduler.sendMessage({ botId, accountId, text });
    return { status: 'accepted', bot_id: botId, command: 'sendmsg' };
  });

  for (const [command, paused] of [
    ['pause_recording', true],
    ['resume_recording', false],
  ] as const) {
    api.post<BotPath>(`/bots/:bot_id/${command}`, async (request) => {
      const { accountId } = callerOf(request);
      const { botId } = await scheduler.setPaused({ botId: request.params.bot_id, accountId, paused });
      return { status: 'accepted', bot_id: botId, command };
    });
  }
}
