package dev.probity.client;

import static dev.probity.client.FakeServer.reason;
import static dev.probity.client.FakeServer.refusal;
import static dev.probity.client.FakeServer.retryIn;
import static dev.probity.client.FakeServer.serve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.probity.v1.ActivatePolicyRequest;
import dev.probity.v1.ActivatePolicyResponse;
import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.BatchScreenSuppliersRequest;
import dev.probity.v1.BatchScreenSuppliersResponse;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenSupplierResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RetryTest {
  private static final ScreenSupplierResponse ANSWER = ScreenSupplierResponse.getDefaultInstance();
  private static final ScreenSupplierRequest REQUEST = ScreenSupplierRequest.getDefaultInstance();
  private static final ErrorInfo QUOTA = reason("QUOTA_EXCEEDED", Map.of("caller", "erp"));

  private static ProbityException refused(ProbityClient client, ScreenSupplierRequest request) {
    return assertThrows(ProbityException.class, () -> client.screening().screenSupplier(request));
  }

  /** The ids that the calls carried. */
  private static List<String> ids(FakeServer fake, int count) {
    List<String> found = fake.calls.stream().map(call -> RequestIds.of(call.request())).toList();
    assertEquals(count, found.size());
    assertFalse(found.contains(""));
    return found;
  }

  @Test
  void aBudgetIsWaitedForAsLongAsTheServerSays() throws Exception {
    try (FakeServer fake = serve(refusal(Status.Code.RESOURCE_EXHAUSTED, "too much", QUOTA, retryIn(300)), ANSWER);
        ProbityClient client = fake.client()) {
      long begun = System.nanoTime();
      client.screening().screenSupplier(REQUEST);
      assertTrue(System.nanoTime() - begun >= 300_000_000L);
      assertEquals(1, Set.copyOf(ids(fake, 2)).size());
    }
  }

  @Test
  void aBudgetIsNotWaitedForPastTheDeadline() throws Exception {
    try (FakeServer fake = serve(refusal(Status.Code.RESOURCE_EXHAUSTED, "too much", QUOTA, retryIn(30_000)), ANSWER);
        ProbityClient client = fake.client()) {
      ProbityException failed = refused(client, REQUEST);
      assertEquals("QUOTA_EXCEEDED", failed.getReason());
      assertEquals(Duration.ofSeconds(30), failed.getRetryAfter().orElseThrow());
      assertEquals(Map.of("caller", "erp"), failed.getMetadata());
      assertTrue(failed.getUserMessage().endsWith("Nothing was decided; ask again in 30 seconds."));
      assertEquals(ids(fake, 1), List.of(failed.getRequestId()));
    }
  }

  @Test
  void withoutRetriesABudgetIsNotWaitedFor() throws Exception {
    StatusRuntimeException away = refusal(Status.Code.UNAVAILABLE, "drained");
    try (FakeServer fake = serve(refusal(Status.Code.RESOURCE_EXHAUSTED, "too much", QUOTA, retryIn(1)), away);
        ProbityClient client = ProbityClient.builder(fake.address()).withoutRetries().build()) {
      assertEquals("QUOTA_EXCEEDED", refused(client, REQUEST).getReason());
      assertEquals(Status.Code.UNAVAILABLE, refused(client, REQUEST).getCode());
      ids(fake, 2);
    }
  }

  @Test
  void whoIsInterruptedIsToldSo() throws Exception {
    ScheduledExecutorService other = Executors.newSingleThreadScheduledExecutor();
    try (FakeServer fake = serve(refusal(Status.Code.RESOURCE_EXHAUSTED, "too much", QUOTA, retryIn(10_000)), ANSWER);
        ProbityClient client = fake.client()) {
      other.schedule(Thread.currentThread()::interrupt, 300, TimeUnit.MILLISECONDS);
      assertEquals(Status.Code.CANCELLED, refused(client, REQUEST).getCode());
      assertTrue(Thread.interrupted());
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void withoutWordOfWhenNothingIsSentAgain() throws Exception {
    try (FakeServer fake = serve(refusal(Status.Code.RESOURCE_EXHAUSTED, "the disk is full", reason("DISK_FULL")), ANSWER);
        ProbityClient client = fake.client()) {
      ProbityException failed = refused(client, REQUEST);
      assertEquals("DISK_FULL", failed.getReason());
      assertTrue(failed.getRetryAfter().isEmpty());
      ids(fake, 1);
    }
  }

  @Test
  void whatHasNoRequestIdIsSentOnce() throws Exception {
    for (Status.Code code : List.of(Status.Code.UNAVAILABLE, Status.Code.RESOURCE_EXHAUSTED)) {
      try (FakeServer fake = serve(refusal(code, "not now", reason("OVERLOADED"), retryIn(1)),
              ActivatePolicyResponse.getDefaultInstance());
          ProbityClient client = fake.client()) {
        ProbityException failed = assertThrows(ProbityException.class,
            () -> client.policies().activatePolicy(ActivatePolicyRequest.getDefaultInstance()));
        assertEquals("OVERLOADED", failed.getReason());
        assertEquals(1, fake.calls.size());
      }
    }
  }

  @Test
  void grpcAsksAgainWhereNobodyAnswered() throws Exception {
    StatusRuntimeException away = refusal(Status.Code.UNAVAILABLE, "drained");
    try (FakeServer fake = serve(away, away, ANSWER); ProbityClient client = fake.client()) {
      client.screening().screenSupplier(REQUEST);
      assertEquals(1, Set.copyOf(ids(fake, 3)).size());
    }
  }

  @Test
  void theSameMessageTwiceIsTwoRequests() throws Exception {
    try (FakeServer fake = serve(ANSWER, ANSWER); ProbityClient client = fake.client()) {
      client.screening().screenSupplier(REQUEST);
      client.screening().screenSupplier(REQUEST);
      assertEquals(2, Set.copyOf(ids(fake, 2)).size());
    }
  }

  @Test
  void theCallersOwnIdStays() throws Exception {
    try (FakeServer fake = serve(refusal(Status.Code.INTERNAL, "a fault")); ProbityClient client = fake.client()) {
      ProbityException failed = refused(client, REQUEST.toBuilder().setRequestId("po-4711").build());
      assertEquals(List.of("po-4711"), ids(fake, 1));
      assertEquals("po-4711", failed.getRequestId());
    }
  }

  @Test
  void eachItemOfABatchHasAnId() throws Exception {
    BatchScreenSuppliersRequest batch = BatchScreenSuppliersRequest.newBuilder()
        .addItems(BatchScreenItem.newBuilder().setCorrelationId("0"))
        .addItems(BatchScreenItem.newBuilder().setRequest(ScreenSupplierRequest.newBuilder().setRequestId("mine"))).build();
    try (FakeServer fake = serve(BatchScreenSuppliersResponse.getDefaultInstance()); ProbityClient client = fake.client()) {
      client.screening().batchScreenSuppliers(batch);
      Set<String> ids = ((BatchScreenSuppliersRequest) fake.calls.get(0).request()).getItemsList().stream()
          .map(item -> item.getRequest().getRequestId()).collect(Collectors.toSet());
      assertEquals(2, ids.size());
      assertTrue(ids.contains("mine") && !ids.contains(""));
    }
  }

  @Test
  void deadlinesAreTheRpcsOwnTheClientsOrTheContexts() throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (FakeServer fake = serve(ANSWER, ANSWER, ANSWER); ProbityClient client = fake.client()) {
      client.screening().screenSupplier(REQUEST);
      client.withTimeout(Duration.ofHours(1)).screening().screenSupplier(REQUEST);
      Context.current().withDeadline(Deadline.after(2, TimeUnit.HOURS), timer)
          .run(() -> client.screening().screenSupplier(REQUEST));
      List<Long> minutes = fake.calls.stream().map(call -> Math.round(call.leftMillis() / 60_000.0)).toList();
      assertEquals(List.of(0L, 60L, 120L), minutes);
      assertTrue(fake.calls.get(0).leftMillis() > 0);
      ProbityException failed = refused(client.withTimeout(Duration.ofNanos(1)), REQUEST);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, failed.getCode());
      assertTrue(failed.getUserMessage().contains("in time"));
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  void whoCallsIsSaid() throws Exception {
    try (FakeServer fake = serve(ANSWER); ProbityClient client = ProbityClient.builder(fake.address()).token("a.b.c").build()) {
      client.screening().screenSupplier(REQUEST);
      Metadata headers = fake.calls.get(0).headers();
      assertEquals("Bearer a.b.c", headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
      String agent = headers.get(Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER));
      assertTrue(agent.startsWith("probity-client-java/" + ProbityClient.VERSION), agent);
      assertNotEquals("", fake.calls.get(0).method());
    }
  }
}
