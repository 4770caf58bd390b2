#include "ingest/separation.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/store.h"

namespace probity::ingest {
namespace {

constexpr int kMostRecords = 200;  // of one side
constexpr size_t kMaxReasonBytes = 4000;

RowFault Wrong(std::string path, std::string message) {
  return {v1::ERROR_REASON_ROW_VALUE, std::move(path), std::move(message)};
}

// `seen` are the records named so far.
template <typename Names>
std::optional<RowFault> FaultOfSide(const char* path, const Names& names,
                                    std::set<std::string>* seen) {
  if (names.empty()) {
    return Wrong(path, "names no record: a separation has two sides, at least one record each");
  }
  if (names.size() > kMostRecords) {
    return RowFault{v1::ERROR_REASON_ROW_TOO_LONG, path,
                    absl::StrCat("names ", names.size(), " records, more than ", kMostRecords)};
  }
  for (int i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    const std::string at = absl::StrCat(path, "[", i, "]");
    if (!storage::RecordRef::FromName(name)) {
      return Wrong(at, absl::StrCat("\"", name,
                                    "\" is no name of a record: datasets/{dataset}/records/{key}"));
    }
    if (!seen->insert(name).second) {
      return Wrong(at, absl::StrCat(name, " is named twice: no record is apart from itself"));
    }
  }
  return std::nullopt;
}

// Everybody reads a separation: the name of an authority's own record would be told.
template <typename Names>
std::optional<RowFault> FaultOfOwned(const storage::View& view, const char* path,
                                     const Names& names) {
  for (int i = 0; i < names.size(); ++i) {
    const auto ref = storage::RecordRef::FromName(names[i]);
    const storage::v1::DatasetState* state = ref ? view.FindDataset(ref->dataset) : nullptr;
    if (state == nullptr || state->dataset().owner().empty()) continue;
    return Wrong(absl::StrCat(path, "[", i, "]"),
                 absl::StrCat(names[i], " is ", state->dataset().owner(),
                              "'s own, and everybody reads a separation: correct the identifiers "
                              "of the own record instead"));
  }
  return std::nullopt;
}

}  // namespace

std::optional<RowFault> FaultOfSeparation(const v1::Record& record) {
  const v1::Separation& separation = record.separation();
  std::set<std::string> seen;
  auto fault = FaultOfSide("separation.records", separation.records(), &seen);
  if (!fault) fault = FaultOfSide("separation.apart_from", separation.apart_from(), &seen);
  if (fault) return fault;
  if (separation.reason().empty()) {
    return Wrong("separation.reason",
                 "the reason is missing: say how it is known that they are different parties");
  }
  if (separation.reason().size() > kMaxReasonBytes) {
    return RowFault{v1::ERROR_REASON_ROW_TOO_LONG, "separation.reason",
                    absl::StrCat("the reason has ", separation.reason().size(),
                                 " bytes, more than ", kMaxReasonBytes)};
  }
  if (record.visibility() == v1::VISIBILITY_RESTRICTED) {
    return Wrong("visibility",
                 "a separation cannot be RESTRICTED: everybody sees that the suppliers are two");
  }
  return std::nullopt;
}

std::optional<RowFault> FaultOfSeparationIn(const storage::View& view, const v1::Dataset& dataset,
                                            const v1::Separation& separation) {
  if (!dataset.owner().empty()) {
    return Wrong("separation",
                 absl::StrCat(dataset.name(), " is ", dataset.owner(),
                              "'s own: who is one supplier is the same for everybody, so that a "
                              "separation goes into a shared dataset"));
  }
  if (dataset.absence() == v1::ABSENCE_MODE_DELISTED) {
    return Wrong("separation",
                 absl::StrCat(dataset.name(),
                              " keeps what it no longer lists, so that a separation in it would "
                              "never end: put it into a dataset whose absence is RETRACTED"));
  }
  auto fault = FaultOfOwned(view, "separation.records", separation.records());
  return fault ? fault : FaultOfOwned(view, "separation.apart_from", separation.apart_from());
}

}  // namespace probity::ingest
