/**
 * How each RPC is called unless its caller says otherwise: deadline, and whether it may be sent
 * again. From clients/service_config.json, which all clients share.
 */
import { SERVICE_CONFIG } from "./generated/service_config.js";

/** The code that gRPC itself is not told to send calls again for: it does not read RetryInfo,
 * which says when a budget reaches again, and would ask too early. calls.ts does. */
const OF_THE_LAYER = "RESOURCE_EXHAUSTED";

interface MethodConfig {
  name: { service: string; method: string }[];
  timeout?: string;
  retryPolicy?: { maxAttempts: number; retryableStatusCodes: string[] };
}

interface ServiceConfig {
  methodConfig: MethodConfig[];
}

export interface Policy {
  /** For the whole call, in ms; Infinity: no deadline. */
  readonly timeoutMs: number;
  /** The first one included; 1: it is never sent again. */
  readonly attempts: number;
}

const CONFIG = SERVICE_CONFIG as ServiceConfig;

/** By "ScreeningService/ScreenSupplier". */
const POLICIES = new Map<string, Policy>(
  CONFIG.methodConfig.flatMap((entry) =>
    entry.name.map(({ service, method }): [string, Policy] => [
      `${service.slice(service.lastIndexOf(".") + 1)}/${method}`,
      {
        timeoutMs: entry.timeout
          ? Number.parseFloat(entry.timeout) * 1000
          : Number.POSITIVE_INFINITY,
        attempts: entry.retryPolicy?.maxAttempts ?? 1,
      },
    ]),
  ),
);

export function policyOf(method: string): Policy {
  return POLICIES.get(method) ?? { timeoutMs: Number.POSITIVE_INFINITY, attempts: 1 };
}

/** The config as a channel gets it, JSON. Without deadlines, which gRPC would take as upper
 * bounds, so that no caller could wait longer; and without what the layer does itself. */
export function configForGrpc(): string {
  const methodConfig = CONFIG.methodConfig.map(({ timeout: _, retryPolicy, ...entry }) => {
    if (!retryPolicy) return entry;
    const retryableStatusCodes = retryPolicy.retryableStatusCodes.filter(
      (code) => code !== OF_THE_LAYER,
    );
    return { ...entry, retryPolicy: { ...retryPolicy, retryableStatusCodes } };
  });
  return JSON.stringify({ ...CONFIG, methodConfig });
}
