#include "services/dataset/decision_use.h"

#include <algorithm>

namespace probity::dataset {
namespace {

constexpr size_t kDecisionsAtOnce = 1000;

// The last byte of the length that stands in front of a string.
char LastLengthByte(size_t length) {
  while (length >= 0x80) length >>= 7;
  return static_cast<char>(length);
}

}  // namespace

bool HoldsName(absl::string_view message, absl::string_view name) {
  const char length = LastLengthByte(name.size());
  for (size_t at = message.find(name); at != message.npos; at = message.find(name, at + 1)) {
    if (at > 0 && message[at - 1] == length) return true;
  }
  return false;
}

absl::Status ForEachDecisionUsing(const storage::EvidenceLog& log, const std::string& authority,
                                  const std::vector<std::string>& names,
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
      const std::string& bundle = stored->body.bundle();
      const bool uses = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return HoldsName(bundle, name);
      });
      if (!uses) continue;
      if (absl::Status visited = visit(*stored); !visited.ok()) return visited;
    }
    more = page->next.has_value();
    if (more) query.before = *page->next;
  }
  return absl::OkStatus();
}

}  // namespace probity::dataset
