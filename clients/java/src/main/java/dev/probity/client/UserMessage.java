package dev.probity.client;

import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Sentences for whoever sits at the screen. */
final class UserMessage {
  private static final Map<Code, String> LEADS = new EnumMap<>(Code.class);

  static {
    for (Code code : new Code[] {Code.INVALID_ARGUMENT, Code.OUT_OF_RANGE, Code.NOT_FOUND, Code.ALREADY_EXISTS,
        Code.FAILED_PRECONDITION, Code.ABORTED}) {
      LEADS.put(code, "Probity refused the request: ");
    }
    LEADS.put(Code.UNAUTHENTICATED, "Probity does not know who is asking: ");
    LEADS.put(Code.PERMISSION_DENIED, "This account may not do this in Probity: ");
    LEADS.put(Code.RESOURCE_EXHAUSTED, "Probity cannot take this now: ");
    LEADS.put(Code.DEADLINE_EXCEEDED, "Probity did not answer in time: ");
    LEADS.put(Code.CANCELLED, "The question to Probity was given up: ");
  }

  /** What is said when a connection fails, and what to look at. The first that fits counts. */
  private static final String[][] HINTS = {
    {"alert", " The server does not take your certificate: check that it is of the right authority, has not ended and was"
        + " not revoked."},
    {"notafter", " The server's certificate has ended, or this machine's clock is wrong; tell the operator."},
    {"notbefore", " The server's certificate is not valid yet, or this machine's clock is wrong; tell the operator."},
    {"expired", " The server's certificate has ended, or this machine's clock is wrong; tell the operator."},
    {"subject alternative", " The server's certificate has another name than this address."},
    {"no name matching", " The server's certificate has another name than this address."},
    {"trust anchors", " The server's certificate does not lead to the authority in ca; check the file, or tell the"
        + " server's operator."},
    {"certification path", " The server's certificate does not lead to the authority in ca; check the file, or tell the"
        + " server's operator."},
    {"not an ssl/tls record", " The server does not speak TLS on this port."},
    {"wrong_version_number", " The server does not speak TLS on this port."},
    {"connection refused", " No server listens there; check address and port."},
    {"unable to resolve host", " The name in the address is not known; check it."},
  };

  private static final String LAST_HINT = " If the server asks for a client certificate, check that yours is of the right"
      + " authority, has not ended and was not revoked; if it speaks TLS, give tls(...).";

  private UserMessage() {}

  static String of(Status status, ErrorDetails details, String target) {
    String said = said(status).strip().replaceAll("\\.+$", "");
    if (said.isEmpty()) {
      said = status.getCode().name();
    }
    String told = said;
    String fields = details.fields().stream().map(ProbityException.FieldViolation::field)
        .filter(field -> !told.contains(field)).collect(Collectors.joining(", "));
    if (!fields.isEmpty()) {
      said += " (field " + fields + ")";
    }
    return lead(status.getCode(), details, target) + said + "." + advice(status, details);
  }

  /** What the server or gRPC said; of a lost connection also why, which gRPC keeps in the causes. */
  static String said(Status status) {
    String said = status.getDescription() == null ? "" : status.getDescription().lines().findFirst().orElse("");
    if (status.getCode() != Code.UNAVAILABLE) {
      return status.getDescription() == null ? "" : status.getDescription();
    }
    Throwable last = null;
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      last = cause;
    }
    String why = last == null || last.getMessage() == null ? "" : last.getMessage().lines().findFirst().orElse("");
    return why.isEmpty() || said.contains(why) ? said : said + ": " + why;
  }

  private static String lead(Code code, ErrorDetails details, String target) {
    String lead = LEADS.get(code);
    if (lead != null) {
      return lead;
    }
    if (code != Code.UNAVAILABLE) {
      return "Probity failed: ";
    }
    return details.reason().isEmpty() ? "Probity cannot be reached at " + target + ": " : "Probity cannot answer now: ";
  }

  private static String advice(Status status, ErrorDetails details) {
    switch (status.getCode()) {
      case PERMISSION_DENIED:
        String needed = details.metadata().get("permission");
        return needed == null ? " Ask your administrator."
            : " Ask your administrator for the permission " + needed + ".";
      case RESOURCE_EXHAUSTED:
        return details.retryAfter() == null ? "" : " Nothing was decided; ask again in "
            + Math.max(1, Math.round(details.retryAfter().toMillis() / 1000.0)) + " seconds.";
      case UNAVAILABLE:
        return (details.reason().isEmpty() ? connectionAdvice(said(status)) : "")
            + " Nothing was decided; try again later.";
      case DEADLINE_EXCEEDED:
        return " Nothing may be bought on this; try again.";
      default:
        return LEADS.containsKey(status.getCode()) ? "" : " Nothing was decided; tell your administrator.";
    }
  }

  private static String connectionAdvice(String said) {
    String lower = said.toLowerCase(Locale.ROOT);
    for (String[] hint : HINTS) {
      if (lower.contains(hint[0])) {
        return hint[1];
      }
    }
    return LAST_HINT;
  }
}
