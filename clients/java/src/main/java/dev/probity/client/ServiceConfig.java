package dev.probity.client;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The service config that every client goes by; see clients/README.md. */
final class ServiceConfig {
  /**
   * The code that gRPC itself is not told to send calls again for: it does not read RetryInfo, which says when a
   * budget reaches again, and would ask too early. Calls does.
   */
  private static final String OF_THE_LAYER = "RESOURCE_EXHAUSTED";

  /**
   * How an RPC is called unless the caller says otherwise.
   *
   * @param timeout of the whole call; null: no deadline
   * @param attempts the first one included; 1: it is never sent again
   */
  record Policy(Duration timeout, int attempts) {}

  private static final Policy NONE = new Policy(null, 1);

  /** As gRPC gets it. */
  static final Map<String, ?> FOR_GRPC;

  private static final Map<String, Policy> POLICIES = new HashMap<>();

  static {
    Map<String, Object> config = read();
    for (Map<String, Object> entry : entries(config)) {
      Policy policy = policyOf(entry);
      for (Map<String, String> name : ServiceConfig.<List<Map<String, String>>>as(entry.get("name"))) {
        POLICIES.put(name.get("service") + "/" + name.get("method"), policy);
      }
    }
    leaveOutWhatTheLayerDoes(config);
    FOR_GRPC = config;
  }

  private ServiceConfig() {}

  /** By "probity.v1.ScreeningService/ScreenSupplier". */
  static Policy of(String method) {
    return POLICIES.getOrDefault(method, NONE);
  }

  private static Map<String, Object> read() {
    try (InputStream file = ServiceConfig.class.getResourceAsStream("service_config.json")) {
      return as(new Gson().fromJson(new InputStreamReader(file, StandardCharsets.UTF_8), Map.class));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("service_config.json in this jar cannot be read", unreadable);
    }
  }

  private static Policy policyOf(Map<String, Object> entry) {
    String timeout = (String) entry.get("timeout");
    Map<String, Object> retry = as(entry.get("retryPolicy"));
    return new Policy(timeout == null ? null : Duration.parse("PT" + timeout),
        retry == null ? 1 : ((Number) retry.get("maxAttempts")).intValue());
  }

  /** And deadlines, which gRPC would take as upper bounds, so that no caller could wait longer. */
  private static void leaveOutWhatTheLayerDoes(Map<String, Object> config) {
    for (Map<String, Object> entry : entries(config)) {
      entry.remove("timeout");
      Map<String, Object> retry = as(entry.get("retryPolicy"));
      if (retry != null) {
        ServiceConfig.<List<String>>as(retry.get("retryableStatusCodes")).remove(OF_THE_LAYER);
      }
    }
  }

  private static List<Map<String, Object>> entries(Map<String, Object> config) {
    return as(config.get("methodConfig"));
  }

  @SuppressWarnings("unchecked") // The file is in the jar, and read by the tests.
  private static <T> T as(Object json) {
    return (T) json;
  }
}
