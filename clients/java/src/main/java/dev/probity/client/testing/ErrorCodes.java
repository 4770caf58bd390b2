package dev.probity.client.testing;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import dev.probity.v1.ErrorReason;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The reasons that calls fail with, and the code that a server gives each with; all clients share the file. */
final class ErrorCodes {
  private static final Map<String, Status.Code> CODES = new HashMap<>();

  static {
    read().forEach((code, reasons) -> reasons.forEach(reason -> CODES.put(reason, code)));
  }

  private ErrorCodes() {}

  private static Map<Status.Code, List<String>> read() {
    try (InputStream file = ErrorCodes.class.getResourceAsStream("error_codes.json")) {
      return new Gson().fromJson(new InputStreamReader(file, StandardCharsets.UTF_8), new TypeToken<>() { });
    } catch (IOException unreadable) {
      throw new UncheckedIOException("error_codes.json in this jar cannot be read", unreadable);
    }
  }

  /** The name of a reason without its prefix. */
  static String nameOf(ErrorReason reason) {
    if (reason == ErrorReason.ERROR_REASON_UNSPECIFIED || reason == ErrorReason.UNRECOGNIZED) {
      throw new IllegalArgumentException("FakeError: give a reason of ErrorReason, not " + reason);
    }
    return reason.name().substring("ERROR_REASON_".length());
  }

  static Status.Code of(ErrorReason reason) {
    Status.Code code = CODES.get(nameOf(reason));
    if (code == null) {
      throw new IllegalArgumentException(
          "FakeError: no call fails with " + reason + ", it is of rows or loads; give a code beside it if you mean it");
    }
    return code;
  }
}
