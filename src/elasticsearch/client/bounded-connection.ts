import { errors, HttpConnection } from "@elastic/elasticsearch";
import type { IncomingMessage } from "node:http";

type ConnectionOptions = ConstructorParameters<typeof HttpConnection>[0];
type RequestArguments = Parameters<HttpConnection["buildRequestObject"]>;
type RequestObject = ReturnType<HttpConnection["buildRequestObject"]>;

/**
 * Elastic's connection forgets time and signal as soon as the headers of a response have arrived: a body that never ends would block the
 * service forever, even when it is told to stop. With this one, the signal ends the body too, and so does a size.
 */
export abstract class BoundedConnection extends HttpConnection {
  protected abstract readonly maxResponseBytes: number;

  /** A class of connections with one limit. Elastic's client creates its connections itself. */
  static withLimit(maxResponseBytes: number): typeof HttpConnection {
    return class extends BoundedConnection {
      protected override readonly maxResponseBytes = maxResponseBytes;
    };
  }

  constructor(options: ConnectionOptions) {
    super(options);
    const send = this.makeRequest;
    const sendBounded = (target: RequestObject): ReturnType<typeof send> => {
      const request = send(target);
      request.once("response", (response: IncomingMessage) => {
        const { statusCode = 0 } = response;
        // Elastic's client takes a redirect for a success without a body.
        if (statusCode >= 300 && statusCode < 400)
          request.destroy(new errors.ConnectionError(`it answers with a redirect (${statusCode})`));
        let bytes = 0;
        response.on("data", (chunk: Buffer | string) => {
          bytes += chunk.length;
          if (bytes > this.maxResponseBytes)
            request.destroy(new errors.RequestAbortedError("The response is too large"));
        });
      });
      return request;
    };
    this.makeRequest = sendBounded as typeof send;
  }

  override buildRequestObject(...[params, options]: RequestArguments): RequestObject {
    const { signal } = options;
    return { ...super.buildRequestObject(params, options), ...(signal ? { signal: signal } : {}) };
  }
}
