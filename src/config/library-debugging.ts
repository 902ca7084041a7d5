/**
 * Switches off the debug output of libraries, which contains documents and credentials. They read the variable DEBUG when they are loaded, so
 * this comes first. Returns false if Node itself writes such output: it has read NODE_DEBUG before.
 */
export function silenceLibraries(): boolean {
  delete process.env["DEBUG"];
  return (process.env["NODE_DEBUG"] ?? "") === "";
}
