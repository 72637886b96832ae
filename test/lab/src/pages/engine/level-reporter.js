// Meet's speaker meters change about 5.5 times a second while somebody speaks.
const pollMs = 180;
const idlePollMs = 500;
const speakingLevel = 0.015;

/**
 * Sends the others how loud this participant is, while there is something to hear. The sender reports it, as a platform's
 * server would: so speaker marks do not depend on whether a listener decodes the audio.
 */
export class LevelReporter {
  #client;
  #isEager;
  #timer;

  /** An eager one always looks often; others look twice a second while silent, since every look costs. */
  constructor({ client, isEager }) {
    this.#client = client;
    this.#isEager = isEager;
  }

  start() {
    this.stop();
    this.#schedule(pollMs);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #schedule(delayMs) {
    this.#timer = setTimeout(() => void this.#look(), delayMs);
  }

  async #look() {
    const { media, peers, self } = this.#client;
    const level = media.mic ? await sentLevel(peers.values()) : 0;
    if (!this.#client.self || this.#client.self !== self) return;
    const isSpeaking = level >= speakingLevel;
    if (isSpeaking) {
      const rounded = Math.round(level * 1000) / 1000;
      this.#client.send({ type: 'level', level: rounded });
      this.#client.emit('level', { id: self.id, level: rounded });
    }
    this.#schedule(isSpeaking || this.#isEager ? pollMs : idlePollMs);
  }
}

/** The level of the track that is being sent, from one of the connections that send it. */
async function sentLevel(peers) {
  for (const { connection } of peers) {
    const sender = connection.getSenders().find(({ track }) => track?.kind === 'audio');
    if (!sender || connection.connectionState !== 'connected') continue;
    for (const stats of (await sender.getStats()).values()) {
      if (stats.type === 'media-source') return stats.audioLevel ?? 0;
    }
  }
  return 0;
}
