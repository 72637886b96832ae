import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a Janus of our own listens, and what its administration asks for. */
export interface JanusPorts {
  readonly api: number;
  readonly admin: number;
  readonly adminSecret: string;
}

/** What is of no use here: each is a thread and a warning of a missing server. */
const unused = {
  plugins: [
    'duktape',
    'echotest',
    'lua',
    'nosip',
    'recordplay',
    'sip',
    'streaming',
    'textroom',
    'videocall',
    'voicemail',
  ],
  transports: ['mqtt', 'nanomsg', 'pfunix', 'rabbitmq', 'websockets'],
};
const without = (names: readonly string[]) => names.map((name) => `libjanus_${name}.so`).join();

/** A folder of configuration beside Debian's own: loopback alone, no room, the two plugins with a page for a meeting. */
export async function makeJanusFolder({ api, admin, adminSecret }: JanusPorts): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-janus-'));
  const files = {
    'janus.jcfg': `
      general: {
        configs_folder = "${folder}"
        admin_secret = "${adminSecret}"
        debug_colors = false
        debug_timestamps = true
      }
      nat: { ice_enforce_list = "127.0.0.1" }
      plugins: { disable = "${without(unused.plugins)}" }
      transports: { disable = "${without(unused.transports)}" }`,
    'janus.transport.http.jcfg': `
      general: { base_path = "/janus", http = true, port = ${api}, ip = "127.0.0.1", https = false }
      admin: { admin_base_path = "/admin", admin_http = true, admin_port = ${admin}, admin_ip = "127.0.0.1" }`,
    'janus.plugin.videoroom.jcfg': 'general: {}',
    'janus.plugin.audiobridge.jcfg': 'general: {}',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return folder;
}
