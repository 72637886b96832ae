// Meet's pages take no script's address that is a mere text.
const scripts = window.trustedTypes.createPolicy('lab', { createScriptURL: (url) => url });

/** A worker of the engine's. */
export function workerOf(file) {
  return new Worker(scripts.createScriptURL(`/lab/engine/${file}`));
}
