package dev.probity.client;

import dev.probity.v1.BatchScreenItemResult;
import dev.probity.v1.Decision;
import dev.probity.v1.DecisionCore;
import dev.probity.v1.GetDecisionResponse;
import dev.probity.v1.NotChecked;
import dev.probity.v1.RuleFinding;
import dev.probity.v1.ScreenSupplierResponse;
import dev.probity.v1.StreamScreenSuppliersResponse;
import dev.probity.v1.Verdict;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads answers that a purchase may rest on: {@code core} of any of them, then what it says. A replay and the watch record
 * nothing and are none: they do not compile here.
 */
public final class Decisions {
  private Decisions() {}

  /** The decision in an answer; empty where there is none. */
  public static Optional<DecisionCore> core(ScreenSupplierResponse answer) {
    return answer != null && answer.hasDecision() ? core(answer.getDecision()) : Optional.empty();
  }

  /** The decision in an item's answer; empty where it has an error. */
  public static Optional<DecisionCore> core(BatchScreenItemResult answer) {
    return answer != null && answer.hasResponse() ? core(answer.getResponse()) : Optional.empty();
  }

  /** The decision in an answer of a stream; empty where it has none. */
  public static Optional<DecisionCore> core(StreamScreenSuppliersResponse answer) {
    return answer != null && answer.hasResult() ? core(answer.getResult()) : Optional.empty();
  }

  /** The decision that was read. */
  public static Optional<DecisionCore> core(GetDecisionResponse answer) {
    return answer != null && answer.hasDecision() ? core(answer.getDecision()) : Optional.empty();
  }

  /** What was decided; empty where it is missing. */
  public static Optional<DecisionCore> core(Decision decision) {
    return decision != null && decision.hasCore() ? Optional.of(decision.getCore()) : Optional.empty();
  }

  /**
   * Whether the purchase may go on: true for a CLEAR that this client knows, and for nothing else. An absent answer, and a
   * verdict that is newer than this client, are no.
   */
  public static boolean mayBuy(DecisionCore core) {
    return core != null && core.getVerdict() == Verdict.VERDICT_CLEAR;
  }

  /** {@link #mayBuy(DecisionCore)} of an answer. */
  public static boolean mayBuy(ScreenSupplierResponse answer) {
    return core(answer).map(Decisions::mayBuy).orElse(false);
  }

  /** {@link #mayBuy(DecisionCore)} of an item; an item's error is no. */
  public static boolean mayBuy(BatchScreenItemResult answer) {
    return core(answer).map(Decisions::mayBuy).orElse(false);
  }

  /** {@link #mayBuy(DecisionCore)} of an answer of a stream; an item's error is no. */
  public static boolean mayBuy(StreamScreenSuppliersResponse answer) {
    return core(answer).map(Decisions::mayBuy).orElse(false);
  }

  /** {@link #mayBuy(DecisionCore)} of a decision that was read. */
  public static boolean mayBuy(GetDecisionResponse answer) {
    return core(answer).map(Decisions::mayBuy).orElse(false);
  }

  /** {@link #mayBuy(DecisionCore)} of a decision. */
  public static boolean mayBuy(Decision decision) {
    return core(decision).map(Decisions::mayBuy).orElse(false);
  }

  /**
   * Whether a decision that was kept lets the purchase go on, on that day: not before the day that it was made for, and not
   * behind valid_until. A CLEAR without an end is none that this client understands.
   */
  public static boolean mayBuyOn(DecisionCore core, LocalDate day) {
    if (!mayBuy(core)) {
      return false;
    }
    Optional<LocalDate> first = Dates.fromDate(core.getAsOf());
    Optional<LocalDate> last = Dates.fromDate(core.getValidUntil());
    return first.isPresent() && last.isPresent() && !day.isBefore(first.get()) && !day.isAfter(last.get());
  }

  /**
   * "CLEAR", "REVIEW" or "BLOCK"; "NONE" without a decision; a verdict that is newer than this client by its number, as
   * "UNKNOWN(7)".
   */
  public static String verdictName(DecisionCore core) {
    if (core == null || core.getVerdict() == Verdict.VERDICT_UNSPECIFIED) {
      return "NONE";
    }
    return core.getVerdict() == Verdict.UNRECOGNIZED ? "UNKNOWN(" + core.getVerdictValue() + ")"
        : core.getVerdict().name().substring("VERDICT_".length());
  }

  /** {@link #verdictName(DecisionCore)} of an answer. */
  public static String verdictName(ScreenSupplierResponse answer) {
    return verdictName(core(answer).orElse(null));
  }

  /** {@link #verdictName(DecisionCore)} of an item; "NONE" of one with an error. */
  public static String verdictName(BatchScreenItemResult answer) {
    return verdictName(core(answer).orElse(null));
  }

  /**
   * Why, in some lines of English for a message on a screen: the verdict, each rule that fired with its law, what was not
   * checked though required. The whole document in the user's language is PrintDecision's.
   */
  public static String explain(DecisionCore core) {
    if (core == null) {
      return "NONE: there is no decision; nothing may be bought on this.";
    }
    List<String> lines = new ArrayList<>();
    lines.add(verdictName(core) + ": " + whatNext(core.getVerdict()));
    for (RuleFinding finding : core.getFindingsList()) {
      lines.add("- " + finding.getRuleId()
          + (finding.getLegalBasis().isEmpty() ? "" : " (" + finding.getLegalBasis() + ")")
          + (finding.getSubject().isEmpty() ? "" : ", about " + finding.getSubject()));
    }
    core.getNotCheckedList().stream().filter(NotChecked::getRequired)
        .forEach(missing -> lines.add("- not checked: " + missing.getInput()));
    Dates.fromDate(core.getValidUntil())
        .ifPresent(last -> lines.add("Stands until " + last + " if nothing new is learnt."));
    return String.join("\n", lines);
  }

  /** {@link #explain(DecisionCore)} of an answer. */
  public static String explain(ScreenSupplierResponse answer) {
    return explain(core(answer).orElse(null));
  }

  /** {@link #explain(DecisionCore)} of an item. */
  public static String explain(BatchScreenItemResult answer) {
    return explain(core(answer).orElse(null));
  }

  /** {@link #explain(DecisionCore)} of an answer of a stream. */
  public static String explain(StreamScreenSuppliersResponse answer) {
    return explain(core(answer).orElse(null));
  }

  private static String whatNext(Verdict verdict) {
    return switch (verdict) {
      case VERDICT_CLEAR -> "Nothing adverse in the sources named.";
      case VERDICT_REVIEW -> "A person must look before this goes on.";
      case VERDICT_BLOCK -> "Hold: a binding ground is in force.";
      default -> "This client does not know the verdict: treat it as a hold, and update the client.";
    };
  }
}
