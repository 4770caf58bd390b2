// What a purchase may rest on.
#ifndef PROBITY_CLIENT_DECISIONS_H_
#define PROBITY_CLIENT_DECISIONS_H_

#include <string>
#include <type_traits>

#include "probity/client/result.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::client {

// The decision in an answer; null where there is none. What records none, as a replay or the
// watch, does not compile here.
const v1::DecisionCore* CoreOf(const v1::DecisionCore& core);
const v1::DecisionCore* CoreOf(const v1::Decision& decision);
const v1::DecisionCore* CoreOf(const v1::ScreenSupplierResponse& answer);
const v1::DecisionCore* CoreOf(const v1::GetDecisionResponse& answer);
const v1::DecisionCore* CoreOf(const v1::BatchScreenItemResult& answer);
const v1::DecisionCore* CoreOf(const v1::StreamScreenSuppliersResponse& answer);
template <typename Other>
const v1::DecisionCore* CoreOf(const Other& answer) = delete;
template <typename Answer>
const v1::DecisionCore* CoreOf(const Result<Answer>& answer) {
  return answer.ok() ? CoreOf(*answer) : nullptr;
}

// Of a decision that is there, or null.
bool IsClear(const v1::DecisionCore* core);
bool IsClearOn(const v1::DecisionCore* core, const v1::Date& day);
std::string VerdictNameOf(const v1::DecisionCore* core);
std::string ExplanationOf(const v1::DecisionCore* core);

// Whether the purchase may go on: true for a CLEAR that this client knows, and for nothing else.
// A failed call, an item's error, an absent answer, and a verdict that is newer than this client
// are no.
template <typename Answer>
bool MayBuy(const Answer& answer) {
  return IsClear(CoreOf(answer));
}

// Whether also a decision that was kept still stands on that day: not before the day that it was
// made for, and not behind valid_until. A CLEAR without an end is none that this client
// understands.
template <typename Answer>
bool MayBuyOn(const Answer& answer, const v1::Date& day) {
  return IsClearOn(CoreOf(answer), day);
}

// "CLEAR", "REVIEW" or "BLOCK"; "NONE" without a decision; a verdict that is newer than this
// client by its number, as "UNKNOWN(7)".
template <typename Answer>
std::string VerdictName(const Answer& answer) {
  return VerdictNameOf(CoreOf(answer));
}

// Why, in some lines of English for a message on a screen: the verdict, each rule that fired with
// its law, what was not checked though required. The whole document in the user's language is
// PrintDecision's.
template <typename Answer>
std::string Explain(const Answer& answer) {
  return ExplanationOf(CoreOf(answer));
}

}  // namespace probity::client

#endif  // PROBITY_CLIENT_DECISIONS_H_
