package dev.probity.client.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.probity.v1.ErrorReason;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class FakeErrorTest {
  @Test
  void eachReasonHasItsCode() throws Exception {
    int count = 0;
    String file = Files.readString(Path.of("../error_codes.json"));
    for (var entry : JsonParser.parseString(file).getAsJsonObject().entrySet()) {
      for (JsonElement reason : entry.getValue().getAsJsonArray()) {
        ErrorReason known = ErrorReason.valueOf("ERROR_REASON_" + reason.getAsString());
        assertEquals(entry.getKey(), FakeError.of(known).exception().getStatus().getCode().name(), known::name);
        count++;
      }
    }
    assertTrue(count > 60, "only " + count);
  }

  @Test
  void aCodeOfOnesOwnGoesBeforeIt() {
    FakeError own = FakeError.of(Status.Code.INTERNAL, ErrorReason.ERROR_REASON_QUOTA_EXCEEDED);
    assertEquals(Status.Code.INTERNAL, own.exception().getStatus().getCode());
  }

  private static void refused(String says, Executable made) {
    String said = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(said.contains(says), said);
  }

  @Test
  void whatNoServerSendsIsRefused() {
    refused("OK is no error", () -> FakeError.of(Status.Code.OK, ErrorReason.ERROR_REASON_QUOTA_EXCEEDED));
    for (ErrorReason none : new ErrorReason[] {ErrorReason.ERROR_REASON_UNSPECIFIED, ErrorReason.UNRECOGNIZED}) {
      refused("give a reason of ErrorReason", () -> FakeError.of(none));
      refused("give a reason of ErrorReason", () -> FakeError.of(Status.Code.INTERNAL, none));
    }
    refused("no call fails with ERROR_REASON_DUPLICATE_KEYS",
        () -> FakeError.of(ErrorReason.ERROR_REASON_DUPLICATE_KEYS));
  }
}
