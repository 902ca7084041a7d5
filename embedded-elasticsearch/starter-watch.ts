const checkMs = 500;

/**
 * Calls back once when the parent process has exited for any reason. It detects this by the new parent of this process. The npm script
 * uses `exec` so that npm is the parent, not a shell that outlives npm.
 *
 * The callback is up to half a second late. The timer does not keep this process alive.
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
