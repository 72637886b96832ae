import type { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import type { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import type { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import type { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import type { ProviderKeyServiceService } from '@earshot/contract/transcriber/v1/provider_keys.ts';
import type { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import type { Egress } from '@earshot/egress';
import type { Clock, Log } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { DefaultEngines } from '../contract/provider-choice.ts';
import type { ApiKeys } from '../store/api-keys.ts';
import type { JoinerClients } from './joiner-clients.ts';

/** What the gateway's handlers are made of. */
export interface GatewayDeps {
  readonly scheduler: RpcClient<typeof BotServiceService>;
  readonly media: RpcClient<typeof MediaServiceService>;
  readonly transcriber: RpcClient<typeof TranscriptServiceService>;
  readonly providerKeys: RpcClient<typeof ProviderKeyServiceService>;
  readonly composer: RpcClient<typeof ComposerServiceService>;
  readonly retention: RpcClient<typeof RetentionServiceService>;
  readonly notifier: RpcClient<typeof NotifierServiceService>;
  readonly joiners: JoinerClients;
  readonly apiKeys: ApiKeys;
  readonly egress: Egress;
  /** How many facts are set aside at this time, and of how many bots. */
  readonly countSetAside: () => Promise<{ readonly facts: number; readonly bots: number }>;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: GatewaySettings;
}

export interface GatewaySettings {
  /** The address clients reach this gateway at; download links begin with it. */
  readonly publicUrl: string;
  /** Hosts whose pages count as meetings of the plain `web` platform; `*` for all. */
  readonly webMeetingHosts: readonly string[];
  readonly defaultCallbackVersion: string;
  /** Which engines serve whoever asks for `meetstream` and `meetstream_streaming`. */
  readonly defaultEngines: DefaultEngines;
}
