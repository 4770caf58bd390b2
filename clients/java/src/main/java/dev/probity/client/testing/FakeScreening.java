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
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Decides as the test has set it. */
final class FakeScreening {
  private static final FakeError REUSED = FakeError.of(ErrorReason.ERROR_REASON_REQUEST_ID_REUSED)
      .message("request_id was used for another request").field("request_id");

  /** A request and what was decided on it. */
  private record Recorded(ScreenSupplierRequest request, Decision decision) {}

  private final SetAnswers<DecisionCore> answers =
      new SetAnswers<>("the screening of", "screening(%s, FakeDecisions.clear())");
  private final Map<String, Recorded> recorded = new HashMap<>(); // by request id; guarded by this
  private long count; // of decisions; guarded by this

  SetAnswers<DecisionCore> answers() {
    return answers;
  }

  /** Throws what {@link SetAnswers#of} does. */
  synchronized ScreenSupplierResponse decide(ScreenSupplierRequest request) {
    Recorded before = recorded.get(request.getRequestId());
    if (before != null && !before.request().equals(request)) {
      throw REUSED.exception();
    }
    if (before != null) {
      return ScreenSupplierResponse.newBuilder().setDecision(before.decision()).setRepeatedRequest(true).build();
    }
    Decision decision = decision(answers.of(request.getSubject()), request);
    if (!request.getRequestId().isEmpty()) {
      recorded.put(request.getRequestId(), new Recorded(request, decision));
    }
    return ScreenSupplierResponse.newBuilder().setDecision(decision).build();
  }

  /** One item of a batch or stream: its own error is its answer. */
  BatchScreenItemResult decideItem(BatchScreenItem item) {
    BatchScreenItemResult.Builder result = BatchScreenItemResult.newBuilder().setCorrelationId(item.getCorrelationId());
    try {
      return result.setResponse(decide(item.getRequest())).build();
    } catch (FakeError.Thrown failed) {
      return result.setError(failed.item()).build();
    }
  }

  private Decision decision(DecisionCore core, ScreenSupplierRequest request) {
    DecisionCore dated = core.hasAsOf() ? core : core.toBuilder()
        .setAsOf(request.hasAsOf() ? request.getAsOf() : Dates.toDate(LocalDate.now(ZoneOffset.UTC))).build();
    return Decision.newBuilder().setName("decisions/%028x".formatted(count)).setLeafIndex(count++).setCore(dated)
        .setRecordedAt(Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond())).build();
  }
}
