import { once } from "node:events";
import { createServer } from "node:net";
import { codeOf, messageOf, StartFailure } from "./start-failure.ts";

/** @throws StartFailure when nothing can listen on this port of 127.0.0.1 */
export async function checkPort(port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    throw codeOf(error) === "EADDRINUSE"
      ? portTaken(port)
      : new StartFailure(`Port ${port} of 127.0.0.1 cannot be used: ${messageOf(error)}. Choose another one.`);
  } finally {
    if (server.listening) {
      server.close();
      await once(server, "close");
    }
  }
}

/** Somebody else listens on the port that was asked for. */
export function portTaken(port: number): StartFailure {
  return new StartFailure(
    `Port ${port} of 127.0.0.1 is taken by another program: stop that program, or choose another port (0 takes a free one).`,
  );
}
