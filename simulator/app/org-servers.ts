import type { Server } from "node:http";
import { createHttpServer, type ServerOptions } from "../http/http-server.ts";
import { selfSignedCertificate } from "../http/self-signed-certificate.ts";

interface OrgServersOptions extends Pick<ServerOptions, "handle" | "report"> {
  readonly host: string;
}

interface Ports {
  readonly port: number;
  readonly tls: boolean;
  /** No second server if undefined. */
  readonly mutualTlsPort: number | undefined;
}

/** The servers of one org: one on the main port and an optional one for mutual TLS. */
export class OrgServers {
  /** Empty until the servers listen. */
  url = "";
  mutualTlsUrl: string | undefined;
  port = 0;
  /** PEM, if one of the servers uses HTTPS. */
  certificate: string | undefined;
  readonly #options: OrgServersOptions;
  readonly #listening: Server[] = [];

  constructor(options: OrgServersOptions) {
    this.#options = options;
  }

  async start({ port, tls, mutualTlsPort }: Ports): Promise<void> {
    const secure = tls || mutualTlsPort !== undefined;
    const pair = secure ? await selfSignedCertificate("simulator", Date.now()) : undefined;
    this.certificate = pair?.cert;
    const { handle, report } = this.#options;
    const main = createHttpServer({
      handle,
      report,
      origin: () => this.url,
      tls: tls && pair !== undefined ? { ...pair, askForCertificate: false } : undefined,
    });
    this.port = await this.#listen(main, port);
    this.url = this.#url(tls ? "https" : "http", this.port);
    if (mutualTlsPort === undefined || pair === undefined) return;
    const second = createHttpServer({
      handle,
      report,
      origin: () => this.mutualTlsUrl ?? "",
      tls: { ...pair, askForCertificate: true },
    });
    this.mutualTlsUrl = this.#url("https", await this.#listen(second, mutualTlsPort));
  }

  /** Closes the servers and all connections. */
  async stop(): Promise<void> {
    for (const server of this.#listening) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    }
  }

  async #listen(server: Server, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, this.#options.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    this.#listening.push(server);
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  #url(scheme: string, port: number): string {
    const { host } = this.#options;
    return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }
}
