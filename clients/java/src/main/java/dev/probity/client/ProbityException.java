package dev.probity.client;

import dev.probity.v1.ErrorReason;
import dev.probity.v1.ItemError;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says that a call, or one item of it, failed. No verdict was given: nothing may be bought on it. docs/ERRORS.md says
 * for each reason what happened and what to do. {@link #getMessage} is the user message and what a log needs beside it.
 */
public final class ProbityException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * A field at fault.
   *
   * @param field its path in the request: "subject.ref.identifier.value"
   * @param description what is wrong with it
   */
  public record FieldViolation(String field, String description) implements java.io.Serializable {}

  private final transient Status status;
  private final transient ErrorDetails details;
  private final transient Where where;

  /**
   * Which call it was.
   *
   * @param method "ScreeningService/ScreenSupplier"; "" of an item
   * @param requestId what the request carried; "" without
   * @param target address of the server; "" of an item
   */
  record Where(String method, String requestId, String target) {
    static final Where ITEM = new Where("", "", "");
  }

  ProbityException(Status status, ErrorDetails details, Where where, Throwable cause) {
    super(messageOf(status, details, where), cause);
    this.status = status;
    this.details = details;
    this.where = where;
  }

  /** The error of a call. */
  static ProbityException of(StatusRuntimeException failed, Where where) {
    return new ProbityException(failed.getStatus(), ErrorDetails.of(failed), where, failed);
  }

  /**
   * The error of a call by a stub over {@link ProbityClient#channel}. Of anything else than an exception of gRPC, the code
   * is UNKNOWN.
   */
  public static ProbityException of(Throwable failed) {
    if (failed instanceof ProbityException already) {
      return already;
    }
    Status status = Status.fromThrowable(failed);
    return of(new StatusRuntimeException(status, Status.trailersFromThrowable(failed)), Where.ITEM);
  }

  /** The error of one item of a bulk answer; empty where the item has none. */
  public static Optional<ProbityException> ofItem(dev.probity.v1.BatchScreenItemResult item) {
    return item.hasError() ? Optional.of(ofItem(item.getError())) : Optional.empty();
  }

  /** The error of one vendor number that was to be registered; empty where it has none. */
  public static Optional<ProbityException> ofItem(dev.probity.v1.UpsertVendorResult item) {
    return item.hasError() ? Optional.of(ofItem(item.getError())) : Optional.empty();
  }

  /** The error of an item of any other bulk answer. */
  public static ProbityException ofItem(ItemError error) {
    boolean isError = error.getCode() > 0 && error.getCode() <= Status.Code.UNAUTHENTICATED.value();
    Status status = (isError ? Status.fromCodeValue(error.getCode()) : Status.UNKNOWN).withDescription(error.getMessage());
    return new ProbityException(status, ErrorDetails.of(error), Where.ITEM, null);
  }

  /** Code of gRPC. */
  public Status.Code getCode() {
    return status.getCode();
  }

  /**
   * The name of an ErrorReason without its prefix, also one that this release does not know; "" where the server gave
   * none, as when it is not reached.
   */
  public String getReason() {
    return details.reason();
  }

  /** False where no reason was given, or the server is newer than this client. */
  public boolean isKnownReason() {
    return ErrorReason.getDescriptor().findValueByName("ERROR_REASON_" + getReason()) != null;
  }

  /** "probity"; "" without a reason. */
  public String getDomain() {
    return details.domain();
  }

  /** What is wrong and what to do, in English, as the server or gRPC said it. */
  public String getServerMessage() {
    return UserMessage.said(status);
  }

  /** What the reason's comment in error_reason.proto names. */
  public Map<String, String> getMetadata() {
    return details.metadata();
  }

  /** The fields at fault. */
  public List<FieldViolation> getFieldViolations() {
    return details.fields();
  }

  /** After which the same may be asked again; empty where nothing was said. */
  public Optional<Duration> getRetryAfter() {
    return Optional.ofNullable(details.retryAfter());
  }

  /** Finds the call in the server's log; "" where it was not reached. */
  public String getCallId() {
    return details.callId();
  }

  /** "ScreeningService/ScreenSupplier"; "" of an item. */
  public String getMethod() {
    return where.method();
  }

  /** What the request carried: sent again under it, it is done once; "" where it has none. */
  public String getRequestId() {
    return where.requestId();
  }

  /** Address of the server; "" of an item. */
  public String getTarget() {
    return where.target();
  }

  /** One or two sentences for whoever sits at the screen. */
  public String getUserMessage() {
    return UserMessage.of(status, details, where.target());
  }

  private static String messageOf(Status status, ErrorDetails details, Where where) {
    StringBuilder place = new StringBuilder(status.getCode().name());
    append(place, "/", details.reason());
    append(place, ", ", where.method());
    append(place, ", call ", details.callId());
    append(place, ", request ", where.requestId());
    return UserMessage.of(status, details, where.target()) + " [" + place + "]";
  }

  private static void append(StringBuilder text, String before, String part) {
    if (!part.isEmpty()) {
      text.append(before).append(part);
    }
  }
}
