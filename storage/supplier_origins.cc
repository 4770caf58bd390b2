// Why a supplier shows the values it shows.
#include <functional>
#include <string>
#include <vector>

#include "base/civil_day.h"
#include "storage/clusters.h"

namespace probity::storage {
namespace {

using probity::v1::FieldOrigin;
using probity::v1::PrecedenceRule;
using probity::v1::SupplierRecord;

// A value of Supplier that one record alone gives; its text is empty where the record
// does not say it.
struct SingleValue {
  const char* field;
  std::string (*text)(const SupplierRecord& record);
};

std::string LegalFormText(const SupplierRecord& record) {
  const probity::v1::LegalForm& form = record.legal_form();
  return form.local_name().empty() ? form.elf_code() : form.local_name();
}

template <typename Enum>
std::string EnumText(Enum value, const std::string& name) {
  return value == Enum{} ? std::string() : name;
}

// In the order of Supplier's fields, as clusters.cc fills them in.
const SingleValue kSingleValues[] = {
    {"kind",
     [](const SupplierRecord& one) {
       return EnumText(one.kind(), probity::v1::PartyKind_Name(one.kind()));
     }},
    {"jurisdiction", [](const SupplierRecord& one) { return one.jurisdiction(); }},
    {"status",
     [](const SupplierRecord& one) {
       return EnumText(one.status(), probity::v1::EntityStatus_Name(one.status()));
     }},
    {"legal_form", &LegalFormText},
    {"founded",
     [](const SupplierRecord& one) {
       return one.has_founded() ? FormatDate(one.founded()) : std::string();
     }},
    {"dissolved",
     [](const SupplierRecord& one) {
       return one.has_dissolved() ? FormatDate(one.dissolved()) : std::string();
     }},
};

// By what the winner stands before the best of those who say otherwise.
PrecedenceRule RuleBetween(const SourceRank& winner, const SourceRank& loser) {
  if (winner.precedence != loser.precedence) return probity::v1::PRECEDENCE_RULE_PRECEDENCE;
  if (winner.reliability != loser.reliability) return probity::v1::PRECEDENCE_RULE_RELIABILITY;
  return probity::v1::PRECEDENCE_RULE_OLDER_RECORD;
}

}  // namespace

std::vector<FieldOrigin> ExplainSupplier(const Cluster& cluster,
                                         const std::vector<ClusterInput>& inputs) {
  std::vector<FieldOrigin> origins;
  const std::vector<size_t> members = MembersByRank(cluster, inputs);
  for (const SingleValue& single : kSingleValues) {
    const ClusterInput* winner = nullptr;
    FieldOrigin origin;
    origin.set_field(single.field);
    origin.set_rule(probity::v1::PRECEDENCE_RULE_ONLY_VALUE);
    for (const size_t member : members) {
      const ClusterInput& input = inputs[member];
      const std::string text = single.text(input.record);
      if (text.empty()) continue;
      if (winner == nullptr) {
        winner = &input;
        origin.set_value(text);
        origin.set_source_record(input.ref.Name());
        continue;
      }
      if (text != origin.value() && origin.rule() == probity::v1::PRECEDENCE_RULE_ONLY_VALUE) {
        origin.set_rule(RuleBetween(winner->rank, input.rank));
      }
      probity::v1::OtherValue* other = origin.add_others();
      other->set_source_record(input.ref.Name());
      other->set_value(text);
    }
    if (winner != nullptr) origins.push_back(std::move(origin));
  }
  return origins;
}

}  // namespace probity::storage
