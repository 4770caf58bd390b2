package dev.probity.client;

import com.google.protobuf.Timestamp;
import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.Consistency;
import dev.probity.v1.Identifier;
import dev.probity.v1.RevisionToken;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenedSubject;
import dev.probity.v1.SubjectRef;
import dev.probity.v1.VendorNumber;
import java.time.Instant;
import java.util.Iterator;

/** Parts of requests that are often needed. */
public final class Requests {
  private Requests() {}

  /**
   * Asks about whom a register's number names: {@code byIdentifier("GB-COH", "04830352")}. Scheme is a code of org-id.guide
   * or one of Probity's own. Set a name beside it ({@code toBuilder()}) and both are compared.
   */
  public static ScreenedSubject byIdentifier(String scheme, String value) {
    Identifier identifier = Identifier.newBuilder().setScheme(scheme).setValue(value).build();
    return ScreenedSubject.newBuilder().setRef(SubjectRef.newBuilder().setIdentifier(identifier)).build();
  }

  /** Asks by a vendor number that was registered before. Leading zeros count. */
  public static ScreenedSubject byVendor(String system, String number) {
    return ScreenedSubject.newBuilder().setRef(SubjectRef.newBuilder().setVendor(vendorNumber(system, number))).build();
  }

  /** A number of a vendor in one of the caller's systems. */
  public static VendorNumber vendorNumber(String system, String number) {
    return VendorNumber.newBuilder().setSystem(system).setNumber(number).build();
  }

  /**
   * Items of a batch or stream that ask by vendor number, made as they are taken; the number is the correlation id. Numbers
   * of a {@code Stream}: {@code numbers::iterator}.
   */
  public static Iterable<BatchScreenItem> vendorItems(String system, Iterable<String> numbers) {
    return () -> {
      Iterator<String> all = numbers.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return all.hasNext();
        }

        @Override
        public BatchScreenItem next() {
          String number = all.next();
          return BatchScreenItem.newBuilder().setCorrelationId(number)
              .setRequest(ScreenSupplierRequest.newBuilder().setSubject(byVendor(system, number))).build();
        }
      };
    };
  }

  /** Reads the newest revision at hand; what an absent Consistency means too. */
  public static Consistency minimizeLatency() {
    return Consistency.newBuilder().setMinimizeLatency(true).build();
  }

  /**
   * Reads this revision or a later one, as what was just written: {@code atLeastAsFresh(written.getStamp().getRevision())}.
   * UNAVAILABLE / REVISION_NOT_YET_HERE where the server is behind. The server refuses an empty one with INVALID_ARGUMENT.
   */
  public static Consistency atLeastAsFresh(RevisionToken revision) {
    return Consistency.newBuilder().setAtLeastAsFresh(revision).build();
  }

  /**
   * Reads this revision as it was. FAILED_PRECONDITION / REVISION_EXPIRED once it is gone; the metadata name the earliest
   * one left.
   */
  public static Consistency atExactRevision(RevisionToken revision) {
    return Consistency.newBuilder().setAtExactRevision(revision).build();
  }

  /** Reads what was known at this instant. */
  public static Consistency knownAt(Instant instant) {
    return Consistency.newBuilder()
        .setKnownAt(Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano())).build();
  }
}
