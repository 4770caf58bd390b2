#include "services/dataset/decision_use.h"

namespace probity::dataset {
namespace {

constexpr size_t kDecisionsAtOnce = 1000;
// Shorter strings are no names of anything: such a length has another byte in front.
constexpr size_t kShortest = 10;

// The length of the string that begins at `at`, by the varint of at most two bytes in
// front of it.
size_t LengthAt(absl::string_view message, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(message[i])); };
  if (at < 1) return 0;
  if (byte(at - 1) >= kShortest) return byte(at - 1) < 0x80 ? byte(at - 1) : 0;
  if (at < 2 || byte(at - 2) < 0x80) return 0;
  return (byte(at - 2) & 0x7F) | byte(at - 1) << 7;
}

}  // namespace

std::set<absl::string_view> NamesIn(absl::string_view message) {
  std::set<absl::string_view> names;
  for (const absl::string_view prefix : {"datasets/", "suppliers/"}) {
    for (size_t at = message.find(prefix); at != message.npos; at = message.find(prefix, at + 1)) {
      const size_t length = LengthAt(message, at);
      if (length > prefix.size() && at + length <= message.size()) {
        names.insert(message.substr(at, length));
      }
    }
  }
  return names;
}

absl::Status ForEachDecisionUsing(const storage::EvidenceLog& log, const std::string& authority,
                                  const absl::flat_hash_set<std::string>& names,
                                  const DecisionVisitor& visit) {
  storage::DecisionQuery query;
  query.authority = authority;
  query.limit = kDecisionsAtOnce;
  for (bool more = true; more;) {
    const auto page = log.List(query);
    if (!page.ok()) return page.status();
    for (const storage::v1::DecisionSummary& summary : page->decisions) {
      const auto stored = log.Get(summary.decision());
      if (!stored.ok()) return stored.status();
      std::set<std::string> held;
      for (const absl::string_view name : NamesIn(stored->body.bundle())) {
        if (names.contains(name)) held.emplace(name);
      }
      if (held.empty()) continue;
      if (absl::Status visited = visit(*stored, held); !visited.ok()) return visited;
    }
    more = page->next.has_value();
    if (more) query.before = *page->next;
  }
  return absl::OkStatus();
}

}  // namespace probity::dataset
