/**
 * Plays the others through audio elements that stand outside the tiles, without ids or sources: a stream each. The page
 * begins with three; a mesh has a stream per person where the platform mixes, so more are added as more people come.
 */
export function createAudioOutputs(client, container) {
  client.on('people', () => {
    const streams = new Set(
      [...client.people.values()].filter((person) => !person.isSelf && person.stream).map((p) => p.stream),
    );
    for (const output of container.children) {
      if (streams.delete(output.srcObject) || !output.srcObject) continue;
      output.srcObject = null;
    }
    for (const stream of streams) {
      const free = [...container.children].find((output) => !output.srcObject);
      play(free ?? container.appendChild(document.createElement('audio')), stream);
    }
  });
  client.on('state', (state) => {
    if (state === 'in-meeting') return;
    for (const output of container.children) output.srcObject = null;
  });
}

function play(output, stream) {
  output.srcObject = stream;
  // A browser that wants a gesture first says so by rejecting; the next stream after a click plays them all.
  output.play().catch(() => {});
}
