#include "cli/separation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/sha256.h"

namespace probity::cli {
namespace {

// datasets/{dataset}/records/{key} -> datasets/{dataset}
std::string DatasetOf(const std::string& record) {
  return record.substr(0, record.find("/records/"));
}

template <typename Names>
std::string SortedText(const Names& names) {
  std::vector<std::string> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  return absl::StrJoin(sorted, "\n");
}

absl::Status CheckNamed(const v1::Supplier& supplier, const std::set<std::string>& members,
                        const std::vector<std::string>& records,
                        const std::set<std::string>& owned) {
  for (const std::string& record : records) {
    if (members.count(record) == 0) {
      return absl::InvalidArgumentError(absl::StrCat(record, " is no record of ", supplier.name(),
                                                     "; it was put together from\n  ",
                                                     absl::StrJoin(members, "\n  ")));
    }
    if (owned.count(DatasetOf(record)) > 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(record,
                       " is your authority's own, and everybody reads a separation: "
                       "correct the identifiers of that record instead"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Separation> SeparationOf(const v1::Supplier& supplier,
                                            const std::vector<std::string>& records,
                                            const std::set<std::string>& owned) {
  const std::set<std::string> members(supplier.source_records().begin(),
                                      supplier.source_records().end());
  if (members.size() < 2) {
    return absl::InvalidArgumentError(absl::StrCat(
        supplier.name(), " was put together from one record alone: there is nothing to split"));
  }
  absl::Status named = CheckNamed(supplier, members, records, owned);
  if (!named.ok()) return named;
  v1::Separation separation;
  const std::set<std::string> side(records.begin(), records.end());
  for (const std::string& record : side) separation.add_records(record);
  for (const std::string& record : members) {
    if (side.count(record) + owned.count(DatasetOf(record)) == 0) separation.add_apart_from(record);
  }
  if (separation.apart_from().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("these are all records of ", supplier.name(),
                     " that everybody sees: name those of one of the two parties"));
  }
  return separation;
}

std::string SeparationKey(const v1::Separation& separation) {
  std::string one = SortedText(separation.records());
  std::string other = SortedText(separation.apart_from());
  if (other < one) one.swap(other);
  Sha256Stream hash;
  hash.Add(absl::StrCat(one, "\n\n", other));
  return absl::StrCat("split-", hash.Hex().substr(0, 16));
}

}  // namespace probity::cli
