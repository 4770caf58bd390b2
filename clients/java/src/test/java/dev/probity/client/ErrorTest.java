package dev.probity.client;

import static dev.probity.client.FakeServer.reason;
import static dev.probity.client.FakeServer.refusal;
import static dev.probity.client.FakeServer.retryIn;
import static dev.probity.client.FakeServer.serve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import dev.probity.client.ProbityException.FieldViolation;
import dev.probity.v1.ActivatePolicyRequest;
import dev.probity.v1.BatchScreenItemResult;
import dev.probity.v1.ItemError;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreeningServiceGrpc;
import dev.probity.v1.UpsertVendorResult;
import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorTest {
  private static ProbityException refused(Status.Code code, String message, Message... details) throws Exception {
    try (FakeServer fake = serve(refusal(code, message, details)); ProbityClient client = fake.client()) {
      return assertThrows(ProbityException.class,
          () -> client.policies().activatePolicy(ActivatePolicyRequest.getDefaultInstance()));
    }
  }

  private static void says(String text, String part) {
    assertTrue(text.contains(part), () -> text + " lacks " + part);
  }

  @Test
  void anErrorCarriesAllThatWasSaid() throws Exception {
    BadRequest bad = BadRequest.newBuilder().addFieldViolations(
        BadRequest.FieldViolation.newBuilder().setField("subject.ref").setDescription("is missing")).build();
    try (FakeServer fake = serve(refusal(Status.Code.INVALID_ARGUMENT, "give a subject",
            reason("INVALID_FIELD", Map.of("field", "subject.ref")), bad, retryIn(1500)));
        ProbityClient client = fake.client()) {
      ScreenSupplierRequest request = ScreenSupplierRequest.newBuilder().setRequestId("po-1").build();
      ProbityException failed =
          assertThrows(ProbityException.class, () -> client.screening().screenSupplier(request));
      assertEquals(Status.Code.INVALID_ARGUMENT, failed.getCode());
      assertEquals("probity", failed.getDomain());
      assertEquals(Map.of("field", "subject.ref"), failed.getMetadata());
      assertEquals(List.of(new FieldViolation("subject.ref", "is missing")), failed.getFieldViolations());
      assertEquals(Duration.ofMillis(1500), failed.getRetryAfter().orElseThrow());
      assertTrue(failed.isKnownReason());
      assertEquals("Probity refused the request: give a subject (field subject.ref). [INVALID_ARGUMENT/INVALID_FIELD, "
          + "ScreeningService/ScreenSupplier, call c0ffee, request po-1]", failed.getMessage());
      assertEquals(Status.Code.INVALID_ARGUMENT, Status.fromThrowable(failed).getCode());
    }
  }

  @Test
  void aReasonThatIsNewerThanTheClientIsKept() throws Exception {
    ProbityException failed =
        refused(Status.Code.FAILED_PRECONDITION, "moon is wrong", reason("MOON_PHASE", Map.of("phase", "new")));
    assertEquals("MOON_PHASE", failed.getReason());
    assertFalse(failed.isKnownReason());
    assertEquals(Map.of("phase", "new"), failed.getMetadata());
  }

  @Test
  void everyCodeTellsThePersonWhatIsToDo() throws Exception {
    Map<Status.Code, String> told = Map.of(Status.Code.PERMISSION_DENIED, "for the permission SCREEN",
        Status.Code.INTERNAL, "tell your administrator", Status.Code.DATA_LOSS, "Nothing was decided",
        Status.Code.UNAVAILABLE, "try again later", Status.Code.DEADLINE_EXCEEDED, "Nothing may be bought");
    for (Status.Code code : Status.Code.values()) {
      if (code != Status.Code.OK) {
        String said = refused(code, "said", reason("R", Map.of("permission", "SCREEN"))).getUserMessage();
        says(said, "Probity");
        says(said, ": said.");
        says(said, told.getOrDefault(code, ""));
      }
    }
  }

  @Test
  void nobodyThere() {
    try (ProbityClient client = ProbityClient.builder("127.0.0.1:9").build()) {
      ProbityException failed = assertThrows(ProbityException.class,
          () -> client.policies().activatePolicy(ActivatePolicyRequest.getDefaultInstance()));
      says(failed.getUserMessage(), "cannot be reached at 127.0.0.1:9");
      says(failed.getUserMessage(), "No server listens there");
      says(failed.getUserMessage(), "Nothing was decided");
      assertEquals(failed.getTarget(), "127.0.0.1:9");
    }
  }

  @Test
  void errorsOfItems() {
    ItemError error = ItemError.newBuilder().setCode(5).setReason("VENDOR_NOT_FOUND").setMessage("there is none")
        .setField("subject.ref.vendor").build();
    ProbityException failed =
        ProbityException.ofItem(BatchScreenItemResult.newBuilder().setError(error).build()).orElseThrow();
    assertEquals(Status.Code.NOT_FOUND, failed.getCode());
    assertEquals("VENDOR_NOT_FOUND", failed.getReason());
    assertEquals("subject.ref.vendor", failed.getFieldViolations().get(0).field());
    for (int odd : new int[] {-1, 0, 17}) { // An error is never OK.
      UpsertVendorResult result = UpsertVendorResult.newBuilder().setError(ItemError.newBuilder().setCode(odd)).build();
      assertEquals(Status.Code.UNKNOWN, ProbityException.ofItem(result).orElseThrow().getCode());
    }
    assertTrue(ProbityException.ofItem(UpsertVendorResult.getDefaultInstance()).isEmpty());
  }

  @Test
  void errorsOfPlainStubsAreReadToo() throws Exception {
    try (FakeServer fake = serve(refusal(Status.Code.NOT_FOUND, "none", reason("POLICY_NOT_FOUND")));
        ProbityClient client = fake.client()) {
      Exception thrown = assertThrows(Exception.class, () -> ScreeningServiceGrpc.newFutureStub(client.channel())
          .screenSupplier(ScreenSupplierRequest.getDefaultInstance()).get());
      assertEquals("POLICY_NOT_FOUND", ProbityException.of(thrown).getReason());
    }
    assertEquals(Status.Code.UNKNOWN, ProbityException.of(new IllegalStateException("other")).getCode());
  }

  @Test
  void aTokenThatEndsMeanwhileIsSaidWithoutBeingShown() throws Exception {
    Iterator<String> tokens = List.of("first", "very secret").iterator();
    try (FakeServer fake = serve();
        ProbityClient client = ProbityClient.builder(fake.address()).tokenSource(tokens::next).build()) {
      ProbityException failed = assertThrows(ProbityException.class,
          () -> client.screening().screenSupplier(ScreenSupplierRequest.getDefaultInstance()));
      assertEquals(Status.Code.UNAUTHENTICATED, failed.getCode());
      says(failed.getUserMessage(), "the token is empty, or has a space");
      assertFalse(failed.getMessage().contains("secret"));
    }
  }
}
