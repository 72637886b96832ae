/** A remote stream per speaker, played by elements that are in no document. */
export function createRemoteTracks(client) {
  const tags = new Map();
  let isBegun = false;

  client.on('peer', ({ connection }) => {
    // After the transceivers are made and before they are offered: sound is asked for when the audio is joined.
    queueMicrotask(() => {
      if (!isBegun) for (const line of audioLines(connection)) line.direction = 'sendonly';
    });
  });
  client.on('people', play);
  client.on('state', (state) => {
    if (state === 'in-meeting') return;
    for (const tag of tags.values()) tag.srcObject = null;
    tags.clear();
  });

  function play() {
    if (!isBegun) return;
    for (const [id, tag] of tags) {
      if (client.people.has(id)) continue;
      tag.srcObject = null;
      tags.delete(id);
    }
    for (const { id, isSelf, stream } of client.people.values()) {
      if (isSelf || !stream || tags.get(id)?.srcObject === stream) continue;
      const tag = tags.get(id) ?? new window.Audio();
      tag.id = `zoom-audio-tag-${tags.size}`;
      tag.srcObject = stream;
      tag.play().catch(() => {});
      tags.set(id, tag);
    }
  }

  return {
    begin() {
      isBegun = true;
      for (const { connection } of client.peers.values()) {
        for (const line of audioLines(connection)) line.direction = 'sendrecv';
      }
      play();
    },
  };
}

function audioLines(connection) {
  return connection.getTransceivers().filter(({ receiver }) => receiver.track.kind === 'audio');
}
