const checkMs = 500;

/**
 * Calls back once when whoever started this process is gone, however that one ended: then this process has another parent. The npm
 * script says `exec`, so that npm itself is the parent and no shell that outlives it.
 *
 * The callback may come as late as half a second after. Watching does not keep this process alive.
 */
export function onStarterGone(callback: () => void): void {
  const starter = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(watch);
    callback();
  }, checkMs);
  watch.unref();
}
