import type { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import { checkWithin } from '@earshot/kernel';
import type { Handlers } from '@earshot/rpc';
import { compose } from '../actions/compose.ts';
import type { ComposerDeps } from '../actions/deps.ts';
import { eraseBot } from '../actions/erase-bot.ts';
import { botIdOf, keyOf, toMessage } from './mapping.ts';

export function composerService(deps: ComposerDeps): Handlers<typeof ComposerServiceService> {
  return {
    async compose(request, { caller }) {
      const recordingOf: ComposerDeps['recordingOf'] = async (botId) => {
        const recording = await deps.recordingOf(botId);
        checkWithin(caller.scope, recording.accountId, 'the bot');
        return recording;
      };
      return toMessage(await compose({ ...deps, recordingOf }, keyOf(request)));
    },
    async listCompositions({ botId }, { caller }) {
      const compositions = await deps.compositions.of(botIdOf(botId));
      for (const { accountId } of compositions) checkWithin(caller.scope, accountId, 'the bot');
      return { compositions: compositions.map(toMessage) };
    },
    async erase({ botId, final: isFinal }) {
      const { deleted, total } = await eraseBot(deps, botIdOf(botId), { isFinal });
      return { deletedObjects: deleted, totalObjects: total };
    },
  };
}
