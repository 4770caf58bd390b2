package dev.probity.client;

import dev.probity.v1.Date;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;

/** Days as the protos have them. */
public final class Dates {
  private Dates() {}

  /** A day. */
  public static Date toDate(LocalDate day) {
    return Date.newBuilder().setYear(day.getYear()).setMonth(day.getMonthValue()).setDay(day.getDayOfMonth()).build();
  }

  /** Empty for a day that is known by year or month alone, or not at all. */
  public static Optional<LocalDate> fromDate(Date day) {
    try {
      return day.getYear() == 0 ? Optional.empty()
          : Optional.of(LocalDate.of(day.getYear(), day.getMonth(), day.getDay()));
    } catch (DateTimeException incomplete) {
      return Optional.empty();
    }
  }
}
