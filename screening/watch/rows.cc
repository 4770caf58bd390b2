#include "screening/watch/rows.h"

#include "absl/strings/str_cat.h"
#include "base/errors.h"

namespace probity::screening {
namespace {

constexpr absl::string_view kNul("\0", 1);
constexpr size_t kIdBytes = 8;
constexpr size_t kHashBytes = 4;

std::string MemberKey(absl::string_view table, absl::string_view authority,
                      absl::string_view portfolio, absl::string_view member) {
  return absl::StrCat(table, authority, kNul, portfolio, "|", member);
}

}  // namespace

std::string ProgressKey() { return "m"; }

std::string PortfolioRowKey(absl::string_view authority, absl::string_view portfolio) {
  return absl::StrCat("p", authority, kNul, portfolio);
}

std::string MemberRowKey(absl::string_view authority, absl::string_view portfolio,
                         absl::string_view member) {
  return MemberKey("v", authority, portfolio, member);
}

std::string ReadsKey(absl::string_view authority, absl::string_view portfolio,
                     absl::string_view member) {
  return MemberKey("r", authority, portfolio, member);
}

std::string EventKey(absl::string_view authority, uint64_t id) {
  std::string key = absl::StrCat("e", authority, kNul);
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(id >> shift));
  return key;
}

KeyRange MemberRowsOf(absl::string_view authority, absl::string_view portfolio) {
  const std::string begin = MemberRowKey(authority, portfolio, "");
  return {begin, begin.substr(0, begin.size() - 1) + "}"};  // what follows "|"
}

KeyRange EventsOf(absl::string_view authority) {
  return {absl::StrCat("e", authority, kNul), absl::StrCat("e", authority, "\x01")};
}

MemberPlace PlaceOf(absl::string_view key) {
  const size_t nul = key.find('\0'), bar = key.rfind('|');
  if (nul == absl::string_view::npos || bar == absl::string_view::npos || bar < nul) return {};
  return {std::string(key.substr(1, nul - 1)), std::string(key.substr(nul + 1, bar - nul - 1)),
          std::string(key.substr(bar + 1))};
}

KeyRange AllMemberRows() { return {"r", "w"}; }

bool IsReadsKey(absl::string_view key) { return !key.empty() && key.front() == 'r'; }

absl::string_view MemberOfKey(absl::string_view key) {
  const size_t bar = key.rfind('|');
  return bar == absl::string_view::npos ? absl::string_view() : key.substr(bar + 1);
}

uint64_t EventOfKey(absl::string_view key) {
  if (key.size() < kIdBytes) return 0;
  uint64_t id = 0;
  for (char c : key.substr(key.size() - kIdBytes)) id = id << 8 | static_cast<uint8_t>(c);
  return id;
}

storage::WatchWrite Put(std::string key, const google::protobuf::MessageLite& row) {
  return {std::move(key), row.SerializeAsString()};
}

absl::StatusOr<bool> GetRow(const storage::WatchDatabase& database, const std::string& key,
                            google::protobuf::MessageLite* row) {
  auto value = database.Get(key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return false;
  if (absl::Status parsed = ParseRow(key, **value, row); !parsed.ok()) return parsed;
  return true;
}

absl::Status ParseRow(absl::string_view key, absl::string_view value,
                      google::protobuf::MessageLite* row) {
  if (row->ParseFromArray(value.data(), static_cast<int>(value.size()))) return absl::OkStatus();
  return StoreCorrupt("watch", absl::StrCat("row ", key, " cannot be read"));
}

std::vector<ReadHash> HashesOf(const storage::v1::WatchedReads& reads) {
  std::vector<ReadHash> hashes;
  const std::string& bytes = reads.hashes();
  hashes.reserve(bytes.size() / kHashBytes);
  for (size_t i = 0; i + kHashBytes <= bytes.size(); i += kHashBytes) {
    ReadHash hash = 0;
    for (size_t k = kHashBytes; k-- > 0;) hash = hash << 8 | static_cast<uint8_t>(bytes[i + k]);
    hashes.push_back(hash);
  }
  return hashes;
}

}  // namespace probity::screening
