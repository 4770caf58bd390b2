package dev.probity.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.probity.client.ProbityException.FieldViolation;
import dev.probity.v1.ItemError;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an error carries beside its code. Without a word of when to ask again, {@code retryAfter} is null; it is zero
 * where the server said: now.
 */
record ErrorDetails(String reason, String domain, Map<String, String> metadata, List<FieldViolation> fields,
    Duration retryAfter, String callId) {
  private static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("probity-call-id", Metadata.ASCII_STRING_MARSHALLER);

  /** Of a call. What cannot be read is left out: the code stands alone. */
  static ErrorDetails of(StatusRuntimeException failed) {
    ErrorInfo info = ErrorInfo.getDefaultInstance();
    List<FieldViolation> fields = new ArrayList<>();
    Duration retryAfter = null;
    for (Any detail : detailsOf(failed)) {
      try {
        if (detail.is(ErrorInfo.class)) {
          info = detail.unpack(ErrorInfo.class);
        } else if (detail.is(RetryInfo.class)) {
          retryAfter = durationOf(detail.unpack(RetryInfo.class));
        } else if (detail.is(BadRequest.class)) {
          for (BadRequest.FieldViolation one : detail.unpack(BadRequest.class).getFieldViolationsList()) {
            fields.add(new FieldViolation(one.getField(), one.getDescription()));
          }
        }
      } catch (InvalidProtocolBufferException unreadable) {
        continue;
      }
    }
    String callId = failed.getTrailers() == null ? null : failed.getTrailers().get(CALL_ID);
    return new ErrorDetails(info.getReason(), info.getDomain(), Map.copyOf(info.getMetadataMap()), List.copyOf(fields),
        retryAfter, callId == null ? "" : callId);
  }

  static ErrorDetails of(ItemError error) {
    List<FieldViolation> fields =
        error.getField().isEmpty() ? List.of() : List.of(new FieldViolation(error.getField(), error.getMessage()));
    return new ErrorDetails(error.getReason(), "probity", Map.of(), fields, null, "");
  }

  private static List<Any> detailsOf(StatusRuntimeException failed) {
    try {
      com.google.rpc.Status status = StatusProto.fromThrowable(failed);
      return status == null ? List.of() : status.getDetailsList();
    } catch (RuntimeException unreadable) {
      return List.of();
    }
  }

  private static Duration durationOf(RetryInfo info) {
    Duration said = Duration.ofSeconds(info.getRetryDelay().getSeconds(), info.getRetryDelay().getNanos());
    return said.isNegative() ? Duration.ZERO : said;
  }
}
