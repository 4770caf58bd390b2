/** The services of a client, made of their descriptors: types and comments are those of the
 * protos. */
import type {
  DescMessage,
  DescMethod,
  DescService,
  Message,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { type CallOptions, type Calls, itemsOf } from "./calls.js";
import * as v1 from "./generated/v1.js";
import type { Pages } from "./pages.js";

/** What answers of listings repeat beside what they list. */
type Beside = "unmetNeeds" | "sourcesSearched";

/** What a listing names, by the answer it comes in. */
type ItemOf<Response> = {
  [K in keyof Response]-?: K extends Beside
    ? never
    : Response[K] extends (infer Item extends Message)[]
      ? Item
      : never;
}[keyof Response];

type IsListing<Name, Response> = Name extends `list${string}` | `search${string}`
  ? Response extends { nextPageToken: string }
    ? true
    : false
  : false;

type Answer<Name, Kind, Response> = Kind extends "server_streaming"
  ? AsyncGenerator<Response, void, undefined>
  : IsListing<Name, Response> extends true
    ? Pages<Response, ItemOf<Response>>
    : Promise<Response>;

type Method<Name, M> = M extends {
  methodKind: infer Kind;
  input: infer I extends DescMessage;
  output: infer O extends DescMessage;
}
  ? (request: MessageInitShape<I>, options?: CallOptions) => Answer<Name, Kind, MessageShape<O>>
  : never;

/** A method for each RPC but those whose requests are a stream: Client has those. */
export type Service<S extends DescService> = {
  [K in keyof S["method"] as S["method"][K]["methodKind"] extends "bidi_streaming"
    ? never
    : K]: Method<K, S["method"][K]>;
};

/** Attribute of a client for each service. */
export const SERVICES = {
  certifications: v1.CertificationService,
  datasets: v1.DatasetService,
  policies: v1.PolicyService,
  portfolios: v1.PortfolioService,
  reviews: v1.ReviewService,
  risks: v1.RiskService,
  screening: v1.ScreeningService,
  server: v1.ServerService,
  suppliers: v1.SupplierService,
  vendors: v1.VendorService,
} as const;

export function serviceOf<S extends DescService>(calls: Calls, service: S): Service<S> {
  const methods = service.methods.map((method) => [method.localName, callOf(calls, method)]);
  return Object.fromEntries(methods) as Service<S>;
}

function callOf(calls: Calls, method: DescMethod) {
  return (request: object, options?: CallOptions): unknown => {
    if (method.methodKind === "server_streaming") return calls.stream(method, request, options);
    if (itemsOf(method) !== undefined) return calls.pages(method, request, options);
    return calls.unary(method, request, options);
  };
}
