#include "services/rpc/resource_names.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/random.h"

namespace probity::rpc {
namespace {

constexpr size_t kMaxIdBytes = 63;

bool IsId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdBytes) return false;
  for (const char c : id) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c)) return false;
  }
  return true;
}

bool IsDatasetId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdBytes || !absl::ascii_islower(id[0])) return false;
  for (const char c : id) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '-') return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> ParseDatasetName(absl::string_view field, absl::string_view name) {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, "datasets/") || !IsDatasetId(id)) {
    return InvalidField(field,
                        "is not datasets/{dataset}, with an id of 1 to 63 of a-z, 0-9 and - that "
                        "starts with a letter");
  }
  return std::string(id);
}

absl::StatusOr<std::string> ParseSupplierName(absl::string_view field, absl::string_view name) {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, "suppliers/") || !IsId(id)) {
    return InvalidField(field, "is not suppliers/{supplier}");
  }
  return std::string(id);
}

absl::StatusOr<storage::RecordRef> ParseRecordName(absl::string_view field,
                                                   absl::string_view name) {
  std::optional<storage::RecordRef> ref = storage::RecordRef::FromName(name);
  if (!ref.has_value() || !IsDatasetId(ref->dataset)) {
    return InvalidField(field, "is not datasets/{dataset}/records/{key}");
  }
  return *std::move(ref);
}

std::string LoadRef::Name() const { return absl::StrCat("datasets/", dataset, "/loads/", id); }

absl::StatusOr<LoadRef> ParseLoadName(absl::string_view field, absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "datasets" || !IsDatasetId(parts[1]) ||
      parts[2] != "loads" || !IsId(parts[3])) {
    return InvalidField(field, "is not datasets/{dataset}/loads/{load}");
  }
  return LoadRef{std::string(parts[1]), std::string(parts[3])};
}

absl::StatusOr<std::string> DatasetToWrite(const Caller& caller, absl::string_view field,
                                           absl::string_view name) {
  auto id = ParseDatasetName(field, name);
  if (!id.ok()) return id;
  if (absl::Status may = caller.MayWrite(field, *id); !may.ok()) return may;
  return id;
}

absl::StatusOr<storage::RecordRef> RecordToWrite(const Caller& caller, absl::string_view field,
                                                 absl::string_view name) {
  auto ref = ParseRecordName(field, name);
  if (!ref.ok()) return ref;
  if (absl::Status may = caller.MayWrite(field, ref->dataset); !may.ok()) return may;
  return ref;
}

absl::StatusOr<LoadRef> LoadToWrite(const Caller& caller, absl::string_view field,
                                    absl::string_view name) {
  auto ref = ParseLoadName(field, name);
  if (!ref.ok()) return ref;
  if (absl::Status may = caller.MayWrite(field, ref->dataset); !may.ok()) return may;
  return ref;
}

std::string NewRecordName(const CallContext& call, absl::string_view collection) {
  const auto millis = static_cast<uint64_t>(absl::ToUnixMillis(call.received_at));
  std::string id;
  for (int shift = 40; shift >= 0; shift -= 8) id.push_back(static_cast<char>(millis >> shift));
  id += RandomBytes(8);
  const std::string& authority = call.caller.authority;
  return absl::StrCat(authority, authority.empty() ? "" : "/", collection, "/", ToHex(id));
}

std::string DatasetName(absl::string_view dataset) { return absl::StrCat("datasets/", dataset); }

}  // namespace probity::rpc
