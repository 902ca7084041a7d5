import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { checkPort } from "./check-port.ts";

describe("checkPort", () => {
  it("refuses a port in use with advice, and accepts a free one", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;

    await expect(checkPort(port)).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken by another program: stop that program`,
    );
    other.close();
    await once(other, "close");
    await expect(checkPort(port)).resolves.toBeUndefined();
  });
});
