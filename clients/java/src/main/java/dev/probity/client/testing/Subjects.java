package dev.probity.client.testing;

import dev.probity.v1.Identifier;
import dev.probity.v1.ScreenedSubject;
import dev.probity.v1.SubjectRef;
import dev.probity.v1.VendorNumber;

/** Who is asked about, as a key and in words. */
final class Subjects {
  private Subjects() {}

  /** What makes a subject the same: its reference, or the name of one without. */
  static ScreenedSubject key(ScreenedSubject subject) {
    if (subject.getRef().getRefCase() == SubjectRef.RefCase.REF_NOT_SET) {
      return ScreenedSubject.newBuilder().setName(subject.getName()).build();
    }
    return ScreenedSubject.newBuilder().setRef(subject.getRef().toBuilder().clearDisplayName()).build();
  }

  /** As in "GB-COH 01234567". */
  static String said(ScreenedSubject subject) {
    SubjectRef ref = subject.getRef();
    Identifier identifier = ref.getIdentifier();
    VendorNumber vendor = ref.getVendor();
    return switch (ref.getRefCase()) {
      case IDENTIFIER -> identifier.getScheme() + " " + identifier.getValue();
      case VENDOR -> "vendor " + vendor.getNumber() + " of " + vendor.getSystem();
      case SUPPLIER -> ref.getSupplier();
      case SOURCE_RECORD -> ref.getSourceRecord();
      case REF_NOT_SET -> "\"" + subject.getName() + "\"";
    };
  }

  /** The same as Java that makes it. */
  static String code(ScreenedSubject subject) {
    SubjectRef ref = subject.getRef();
    boolean hasCompany = !ref.getVendor().getCompanyCode().isEmpty();
    return switch (ref.getRefCase()) {
      case IDENTIFIER -> "Requests.byIdentifier(\"%s\", \"%s\")"
          .formatted(ref.getIdentifier().getScheme(), ref.getIdentifier().getValue());
      case VENDOR -> hasCompany ? "the subject of the request" : "Requests.byVendor(\"%s\", \"%s\")"
          .formatted(ref.getVendor().getSystem(), ref.getVendor().getNumber());
      default -> "the subject of the request";
    };
  }
}
