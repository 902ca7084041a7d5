import { once } from "node:events";
import { createServer } from "node:net";
import { codeOf, messageOf, StartFailure } from "./start-failure.ts";

/** @throws StartFailure if it is impossible to listen on this port of 127.0.0.1 */
export async function checkPort(port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    throw codeOf(error) === "EADDRINUSE"
      ? portTaken(port)
      : new StartFailure(`Cannot listen on port ${port} of 127.0.0.1: ${messageOf(error)}. Choose another port.`);
  } finally {
    if (server.listening) {
      server.close();
      await once(server, "close");
    }
  }
}

export function portTaken(port: number): StartFailure {
  return new StartFailure(
    `Port ${port} of 127.0.0.1 is taken by another program: stop that program, or choose another port (0 takes a free one).`,
  );
}
