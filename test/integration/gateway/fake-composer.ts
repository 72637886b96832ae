import {
  Composition,
  ComposerServiceService,
  type ComposeRequest,
  type CompositionState,
} from '@earshot/contract/composer/v1/composer.ts';
import { openToAll } from '@earshot/harness';
import { AppError, silentLog, type ErrorCode } from '@earshot/kernel';
import { createRpcClient, createRpcServer, type Handlers } from '@earshot/rpc';

/** A composer that makes nothing: its compositions are what a test says. */
export async function startFakeComposer() {
  const resources = new AsyncDisposableStack();
  const compositions: Composition[] = [];
  const composed: ComposeRequest[] = [];
  const state: { refusal: ErrorCode | undefined } = { refusal: undefined };
  const find = ({ botId, kind, layout }: ComposeRequest) =>
    compositions.find((each) => each.botId === botId && each.kind === kind && each.layout === layout);
  const handlers: Handlers<typeof ComposerServiceService> = {
    async compose(request) {
      if (state.refusal) throw new AppError(state.refusal, 'refused by the test');
      composed.push(request);
      const known = find(request);
      if (known) return known;
      const added = Composition.fromPartial({ ...request, state: 'COMPOSITION_STATE_QUEUED', createdAt: new Date(0) });
      compositions.push(added);
      return added;
    },
    async listCompositions({ botId }) {
      if (state.refusal) throw new AppError(state.refusal, 'refused by the test');
      return { compositions: compositions.filter((each) => each.botId === botId) };
    },
    erase: async () => ({ deletedObjects: 0, totalObjects: 0 }),
  };
  const server = resources.use(createRpcServer({ listen: '127.0.0.1:0', log: silentLog }));
  server.add(ComposerServiceService, handlers, openToAll(ComposerServiceService));
  const address = `127.0.0.1:${await server.start()}`;
  return {
    client: resources.use(createRpcClient(ComposerServiceService, address, { service: 'gateway' })),
    /** What was asked for. */
    composed,
    state,
    /** From here on a composition is there, or in another state. */
    set(about: ComposeRequest, changes: Partial<Composition> & { state: CompositionState }): void {
      const known = find(about);
      if (known) Object.assign(known, changes);
      else compositions.push(Composition.fromPartial({ ...about, createdAt: new Date(0), ...changes }));
    },
    clear: () => void compositions.splice(0),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
