package dev.probity.client.testing;

import com.google.protobuf.Timestamp;
import dev.probity.client.Dates;
import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.BatchScreenItemResult;
import dev.probity.v1.Decision;
import dev.probity.v1.DecisionCore;
import dev.probity.v1.ErrorReason;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenSupplierResponse;
import dev.probity.v1.ScreenedSubject;
import io.grpc.Status;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Decides as the test has set it. */
final class FakeScreening {
  private static final FakeError REUSED =
      FakeError.of(Status.Code.INVALID_ARGUMENT, ErrorReason.ERROR_REASON_REQUEST_ID_REUSED)
          .message("request_id was used for another request").field("request_id");

  /** A request and what was decided on it. */
  private record Recorded(ScreenSupplierRequest request, Decision decision) {}

  private final Map<ScreenedSubject, Object> set = new HashMap<>(); // DecisionCore or FakeError; guarded by this
  private final Map<String, Recorded> recorded = new HashMap<>(); // by request id; guarded by this
  private long count; // of decisions; guarded by this

  synchronized void set(ScreenedSubject subject, Object answer) {
    set.put(Subjects.key(subject), answer);
  }

  /** Throws what {@link FakeError#exception} is, or that nothing is set. */
  ScreenSupplierResponse decide(ScreenSupplierRequest request) {
    if (answerTo(request) instanceof ScreenSupplierResponse answer) {
      return answer;
    }
    throw ((FakeError) answerTo(request)).exception();
  }

  /** One item of a batch or stream: its own error is its answer. */
  BatchScreenItemResult decideItem(BatchScreenItem item) {
    BatchScreenItemResult.Builder result = BatchScreenItemResult.newBuilder().setCorrelationId(item.getCorrelationId());
    if (answerTo(item.getRequest()) instanceof ScreenSupplierResponse answer) {
      return result.setResponse(answer).build();
    }
    return result.setError(((FakeError) answerTo(item.getRequest())).item()).build();
  }

  /** A ScreenSupplierResponse or a FakeError. */
  private synchronized Object answerTo(ScreenSupplierRequest request) {
    ScreenedSubject subject = request.getSubject();
    Recorded before = recorded.get(request.getRequestId());
    if (before != null) {
      return !before.request().equals(request) ? REUSED
          : ScreenSupplierResponse.newBuilder().setDecision(before.decision()).setRepeatedRequest(true).build();
    }
    Object answer = set.get(Subjects.key(subject));
    if (answer == null) {
      throw new NotSetException("the screening of " + Subjects.said(subject),
          "screening(" + Subjects.code(subject) + ", FakeDecisions.clear())");
    }
    if (!(answer instanceof DecisionCore core)) {
      return answer;
    }
    Decision decision = decision(core, request);
    if (!request.getRequestId().isEmpty()) {
      recorded.put(request.getRequestId(), new Recorded(request, decision));
    }
    return ScreenSupplierResponse.newBuilder().setDecision(decision).build();
  }

  private Decision decision(DecisionCore core, ScreenSupplierRequest request) {
    DecisionCore dated = core.hasAsOf() ? core : core.toBuilder()
        .setAsOf(request.hasAsOf() ? request.getAsOf() : Dates.toDate(LocalDate.now(ZoneOffset.UTC))).build();
    return Decision.newBuilder().setName("decisions/%028x".formatted(count)).setLeafIndex(count++).setCore(dated)
        .setRecordedAt(Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond())).build();
  }
}
