package dev.probity.client.testing;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.probity.v1.ErrorReason;
import dev.probity.v1.ItemError;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * An error as a server sends it: with its reason in ErrorInfo, and what else docs/ERRORS.md says of it. Immutable.
 *
 * <pre>{@code
 * FakeError.of(ErrorReason.ERROR_REASON_QUOTA_EXCEEDED).retryAfter(Duration.ofSeconds(2))
 * }</pre>
 */
public final class FakeError {
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private final Status.Code code;
  private final String reason;
  private final String message;
  private final Map<String, String> metadata;
  private final Duration retryAfter; // null: nothing is said
  private final String field;

  private FakeError(Status.Code code, String reason, String message, Map<String, String> metadata, Duration retryAfter,
      String field) {
    this.code = code;
    this.reason = reason;
    this.message = message;
    this.metadata = metadata;
    this.retryAfter = retryAfter;
    this.field = field;
  }

  /**
   * An error with a reason, and the code that a server gives it with.
   *
   * @throws IllegalArgumentException for a reason that no call fails with
   */
  public static FakeError of(ErrorReason reason) {
    return of(ErrorCodes.of(reason), reason);
  }

  /**
   * An error with a reason and a code of one's own.
   *
   * @throws IllegalArgumentException for OK, and for a reason that is none
   */
  public static FakeError of(Status.Code code, ErrorReason reason) {
    return of(code, ErrorCodes.nameOf(reason));
  }

  /**
   * {@link #of(Status.Code, ErrorReason)} with the name of a reason, without its prefix: also of one that is newer than this
   * release.
   *
   * @throws IllegalArgumentException for OK
   */
  public static FakeError of(Status.Code code, String reason) {
    if (code == Status.Code.OK) {
      throw new IllegalArgumentException("FakeError: OK is no error");
    }
    return new FakeError(code, reason, "the test has set " + reason, Map.of(), null, "");
  }

  /** The same with a message for people. */
  public FakeError message(String text) {
    return new FakeError(code, reason, text, metadata, retryAfter, field);
  }

  /** The same with one more entry of what the reason's comment in error_reason.proto names. */
  public FakeError metadata(String name, String value) {
    Map<String, String> more = new TreeMap<>(metadata);
    more.put(name, value);
    return new FakeError(code, reason, message, more, retryAfter, field);
  }

  /** The same with RetryInfo: when the same may be asked again. */
  public FakeError retryAfter(Duration delay) {
    return new FakeError(code, reason, message, metadata, delay, field);
  }

  /** The same with the field at fault, as a path in the request: "subject.ref.identifier.value". */
  public FakeError field(String path) {
    return new FakeError(code, reason, message, metadata, retryAfter, path);
  }

  /** What an answer throws ({@link FakeProbity#answer}) so that the call fails with this. */
  public StatusRuntimeException exception() {
    Metadata trailers = new Metadata();
    com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message);
    add(status, ErrorInfo.newBuilder().setReason(reason).setDomain("probity").putAllMetadata(metadata).build());
    if (retryAfter != null) {
      add(status, RetryInfo.newBuilder().setRetryDelay(Durations.fromNanos(retryAfter.toNanos())).build());
      trailers.put(PUSHBACK, Long.toString(retryAfter.toMillis())); // As a server does.
    }
    if (!field.isEmpty()) {
      add(status, BadRequest.newBuilder()
          .addFieldViolations(BadRequest.FieldViolation.newBuilder().setField(field).setDescription(message)).build());
    }
    return new Thrown(this, StatusProto.toStatusRuntimeException(status.build(), trailers));
  }

  private static void add(com.google.rpc.Status.Builder status, Message detail) {
    status.addDetails(Any.pack(detail));
  }

  /** Knows the error of an item too. */
  static final class Thrown extends StatusRuntimeException {
    private static final long serialVersionUID = 1;

    private final transient FakeError error;

    private Thrown(FakeError error, StatusRuntimeException sent) {
      super(sent.getStatus(), sent.getTrailers());
      this.error = error;
    }

    /** The same of one item of a bulk answer. */
    ItemError item() {
      return ItemError.newBuilder().setCode(error.code.value()).setReason(error.reason).setMessage(error.message)
          .setField(error.field).build();
    }
  }
}
