// A speaker has stopped after 600 ms of quiet, the figure that readers of Meet's meters use.
const quietMs = 600;

/** Remembers who is speaking from the levels that arrive; calls back when somebody starts or stops. */
export function trackSpeaking(client, onChange) {
  const timers = new Map();
  client.on('level', ({ id }) => {
    const wasSpeaking = timers.has(id);
    clearTimeout(timers.get(id));
    const stop = () => {
      timers.delete(id);
      onChange(id, false);
    };
    timers.set(id, setTimeout(stop, quietMs));
    if (!wasSpeaking) onChange(id, true);
  });
  return (id) => timers.has(id);
}
