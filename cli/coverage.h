// Whether orders were screened in time: orders of a purchasing system joined to the
// decisions about their suppliers. Pure: knows no server and no clock.
#ifndef PROBITY_CLI_COVERAGE_H_
#define PROBITY_CLI_COVERAGE_H_

#include <string>
#include <vector>

#include "probity/v1/common.pb.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::cli {

// How an order stands; the gravest that fits. Numbers are an order of gravity.
enum class Coverage {
  kCovered = 0,         // screened in time, and nothing has changed since
  kChanged = 1,         // a later decision has another verdict than the one relied on
  kExpiredAtAward = 2,  // the decision relied on stood no longer on the day of award
  kLate = 3,            // screened for the first time after the order
  kNotClear = 4,        // ordered although the decision in force said REVIEW or BLOCK
  kUnscreened = 5,      // no decision about the supplier
};
// "COVERED", "CHANGED", ...
std::string CoverageName(Coverage coverage);
// What it means, for people.
std::string CoverageWords(Coverage coverage);

struct Order {
  v1::Date date;   // of the order
  v1::Date award;  // of the contract; empty: the order's
};

struct OrderCoverage {
  Coverage coverage = Coverage::kUnscreened;
  // The last decision recorded on the day of the order or before it; else the first
  // one after. Null: none.
  const v1::Decision* relied_on = nullptr;
  // The first later one with another verdict. Null: none.
  const v1::Decision* changed = nullptr;
};

// `decisions` about the supplier, oldest first; borrowed by the answer.
OrderCoverage CoverageOf(const Order& order, const std::vector<v1::Decision>& decisions);

}  // namespace probity::cli

#endif  // PROBITY_CLI_COVERAGE_H_
