/** A connection to a Probity server. Start here. */
import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Calls } from "./calls.js";
import { Connection, type ConnectionOptions } from "./connection.js";
import { ConfigurationError } from "./errors.js";
import type { UpsertVendorResult, VendorSchema } from "./generated/v1.js";
import { SERVICES, serviceOf } from "./services.js";
import { type Items, ScreeningStream, type StreamOptions } from "./stream.js";
import { VerdictWatch, type WatchOptions } from "./watch.js";

/**
 * Calls a server. Connects with the first call, and again whenever the connection is lost; keep one
 * for the life of the process.
 *
 * Each service is an attribute, each RPC a method of it that takes the request as a plain object:
 *
 *     await client.screening.screenSupplier({ subject, purchase });
 *     for await (const vendor of client.vendors.listVendors({ system: "SAP" })) ...
 *
 * Errors are ProbityError and its kinds. What may be sent again is, within the deadline: lookups,
 * and whatever carries a request id, which is added where it lacks.
 */
export class Client {
  private readonly calls: Calls;
  readonly certifications;
  readonly datasets;
  readonly policies;
  readonly portfolios;
  readonly reviews;
  readonly risks;
  readonly screening;
  readonly server;
  readonly suppliers;
  readonly vendors;

  /** `address`: "HOST:PORT". ConfigurationError says what cannot be used. */
  constructor(address: string, options: ConnectionOptions = {}) {
    const calls = new Calls(new Connection(address, options));
    this.calls = calls;
    this.certifications = serviceOf(calls, SERVICES.certifications);
    this.datasets = serviceOf(calls, SERVICES.datasets);
    this.policies = serviceOf(calls, SERVICES.policies);
    this.portfolios = serviceOf(calls, SERVICES.portfolios);
    this.reviews = serviceOf(calls, SERVICES.reviews);
    this.risks = serviceOf(calls, SERVICES.risks);
    this.screening = serviceOf(calls, SERVICES.screening);
    this.server = serviceOf(calls, SERVICES.server);
    this.suppliers = serviceOf(calls, SERVICES.suppliers);
    this.vendors = serviceOf(calls, SERVICES.vendors);
  }

  /** By PROBITY_SERVER, PROBITY_CA, PROBITY_CERT, PROBITY_KEY, PROBITY_TOKEN and
   * PROBITY_TOKEN_FILE, as the command line. */
  static fromEnvironment(environment: NodeJS.ProcessEnv = process.env): Client {
    const address = environment.PROBITY_SERVER;
    if (!address) throw new ConfigurationError("PROBITY_SERVER is not set: the server's HOST:PORT");
    return new Client(address, {
      ca: environment.PROBITY_CA || undefined,
      cert: environment.PROBITY_CERT || undefined,
      key: environment.PROBITY_KEY || undefined,
      token: environment.PROBITY_TOKEN || undefined,
      tokenFile: environment.PROBITY_TOKEN_FILE || undefined,
    });
  }

  /** Screens as many purchases as there are. */
  screenStream(items: Items, options: StreamOptions = {}): ScreeningStream {
    return new ScreeningStream(this.calls, items, options);
  }

  /** Changes of verdicts as they come; goes on by itself where it was cut. */
  watchVerdicts(options: WatchOptions = {}): VerdictWatch {
    return new VerdictWatch(this.calls, options);
  }

  /** Makes vendor numbers known, in as many calls as the server's limit asks for; one result for
   * each, in order. An entry that fails carries its own error. What was sent before a call failed
   * is kept, and sent again changes nothing. */
  async *registerVendors(
    vendors: Iterable<MessageInitShape<typeof VendorSchema>>,
  ): AsyncGenerator<UpsertVendorResult, void, undefined> {
    const { maxBatchVendors } = await this.server.getServerInfo({});
    for (const chunk of chunks(vendors, maxBatchVendors)) {
      const answer = await this.vendors.batchUpsertVendors({
        vendors: chunk,
        requestId: randomUUID(),
      });
      yield* answer.results;
    }
  }

  /** Closes the connection; a later call makes another one. */
  close(): void {
    this.calls.close();
  }
}

function* chunks<T>(source: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const each of source) {
    chunk.push(each);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
