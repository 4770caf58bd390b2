#include "policy/moved_dates.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/program.h"

namespace probity::policy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kMonthsAYear = 12;
// Longest month, so that what was long ago is passed over without computing it.
constexpr int64_t kMonthDays = 31;

bool IsDate(const Descriptor* type) { return type == v1::Date::descriptor(); }

// Whether a date can stand somewhere inside a message of this type.
bool CanHoldDates(const Descriptor* type, std::set<const Descriptor*>* seen) {
  if (IsDate(type)) return true;
  if (!seen->insert(type).second) return false;
  for (int i = 0; i < type->field_count(); ++i) {
    const Descriptor* inner = type->field(i)->message_type();
    if (inner != nullptr && CanHoldDates(inner, seen)) return true;
  }
  return false;
}

// Fields of a type that lead to dates. Worked out once a thread.
const std::vector<const FieldDescriptor*>& FieldsWithDates(const Descriptor* type) {
  thread_local std::unordered_map<const Descriptor*, std::vector<const FieldDescriptor*>> known;
  const auto [at, is_new] = known.try_emplace(type);
  if (!is_new) return at->second;
  for (int i = 0; i < type->field_count(); ++i) {
    std::set<const Descriptor*> seen;
    const Descriptor* inner = type->field(i)->message_type();
    if (inner != nullptr && CanHoldDates(inner, &seen)) at->second.push_back(type->field(i));
  }
  return at->second;
}

// Visits `message` and all messages in it whose type `wanted` takes.
template <typename Visit>
void Walk(const Message& message, const Visit& visit) {
  visit(message);
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      Walk(reflection->GetMessage(message, field), visit);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      Walk(reflection->GetRepeatedMessage(message, field, i), visit);
    }
  }
}

int IntOf(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const bool is_int = field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 &&
                      !field->is_repeated();
  return is_int ? message.GetReflection()->GetInt32(message, field) : 0;
}

// Every period in a policy is written as one of these (policy_condition.proto).
void AddPeriods(const v1::Policy& policy, std::set<int>* months) {
  Walk(policy, [months](const Message& message) {
    months->insert(kMonthsAYear * IntOf(message, "years") + IntOf(message, "months"));
    for (const char* field : {"max_age_months", "months_after_closure", "max_months"}) {
      months->insert(IntOf(message, field));
    }
  });
}

}  // namespace

DateMoves MovesOf(const CompiledPolicy& policy, const LegalPeriods& law) {
  DateMoves moves;
  const Program& program = policy.program();
  DaySpans dates;
  for (const auto& part : program.parts) {
    AddPeriods(part->policy, &moves.months);
    AddDates(part->policy, &dates);
  }
  for (int years : law.Years()) moves.months.insert(kMonthsAYear * years);
  for (const auto& [first, last] : dates) moves.own.insert({first, last, last + 1});
  for (DayNumber day : program.groups.Days()) moves.own.insert(day);
  return moves;
}

void AddMoves(const v1::PurchaseContext& purchase, const SchemeCatalogue& schemes,
              DateMoves* moves) {
  for (const v1::RequiredEvidence& required : purchase.requirements()) {
    moves->days.insert(required.max_age_days());
    for (const v1::AcceptedScheme& accepted : required.accepted_schemes()) {
      const Scheme* scheme = schemes.Find(accepted.scheme_id());
      if (scheme == nullptr) continue;
      moves->days.insert(scheme->usual_cycle_days);
      for (const Grade& grade : scheme->grades) moves->days.insert(grade.cycle_days);
    }
  }
}

void AddDates(const Message& message, DaySpans* dates) {
  if (IsDate(message.GetDescriptor())) {
    const auto& date = static_cast<const v1::Date&>(message);
    if (IsValidDate(date)) dates->emplace(FirstDay(date), LastDay(date));
    return;
  }
  const auto* reflection = message.GetReflection();
  for (const FieldDescriptor* field : FieldsWithDates(message.GetDescriptor())) {
    if (field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        AddDates(reflection->GetRepeatedMessage(message, field, i), dates);
      }
    } else if (reflection->HasField(message, field)) {
      AddDates(reflection->GetMessage(message, field), dates);
    }
  }
}

std::optional<DayNumber> NextDay(const DaySpans& dates, const DateMoves& moves, DayNumber today) {
  int64_t best = int64_t{kMaxDay};
  // Something can end with a day or begin with it.
  const auto consider = [&](int64_t day) {
    if (day > today) best = std::min(best, day);
    if (day + 1 > today) best = std::min(best, day + 1);
  };
  for (DayNumber day : moves.own) consider(day);
  const int64_t longest = kMonthDays * *moves.months.rbegin() + *moves.days.rbegin() + 1;
  for (const auto& [first, last] : dates) {
    if (last + longest < today) continue;
    // An end that is a full day is often counted from the day before it.
    for (const DayNumber from : {first - 1, first, last}) {
      for (int months : moves.months) consider(AddMonths(from, months));
      for (int days : moves.days) consider(int64_t{from} + days);
    }
  }
  if (best >= kMaxDay) return std::nullopt;
  return static_cast<DayNumber>(best);
}

}  // namespace probity::policy
