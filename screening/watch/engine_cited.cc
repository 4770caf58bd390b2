#include <set>
#include <string>
#include <vector>

#include "screening/watch/engine.h"
#include "storage/component.h"

namespace probity::screening {
namespace {

// Keys of changed records in memory at once.
constexpr size_t kKeysRead = 4096;

// A changed record, and where it is a separation, those that it parts or did part.
absl::StatusOr<std::set<storage::RecordRef>> ChangedWith(const storage::RecordRef& ref,
                                                         const storage::View& before,
                                                         const storage::View& after) {
  std::set<storage::RecordRef> changed = {ref};
  for (const storage::View* view : {&before, &after}) {
    if (!storage::HoldsSeparations(*view, ref.dataset)) continue;
    auto row = view->GetRecord(ref);
    if (!row.ok()) return row.status();
    storage::AddSeparated(*row, &changed);
  }
  return changed;
}

}  // namespace

absl::Status WatchEngine::TellWhoCited(const WatchStep& step, const std::string& dataset,
                                       ViewsByAuthority* views) {
  if (options_.decisions == nullptr || dataset.empty()) return absl::OkStatus();
  for (auto& [name, authority] : roster_.authorities()) {
    auto cites = AnyCites(name, dataset, views);
    if (!cites.ok()) return cites.status();
    if (!*cites) continue;
    absl::Status written = ledger_->WriteCited(step, name, &authority);
    if (!written.ok()) return written;
    publication_.ShowAuthority(name, authority);
  }
  return absl::OkStatus();
}

// What the authority may not see of the dataset, the views do not show.
absl::StatusOr<bool> WatchEngine::AnyCites(const std::string& authority, const std::string& dataset,
                                           ViewsByAuthority* views) const {
  auto before = views_->For(authority);
  if (!before.ok()) return before.status();
  auto after = views->For(authority);
  if (!after.ok()) return after.status();
  std::string last;
  for (;;) {
    if (stopping_()) return absl::CancelledError("the watch is being closed");
    auto keys = store_.ChangedKeys(**before, **after, dataset, last, kKeysRead);
    if (!keys.ok()) return keys.status();
    if (keys->empty()) return false;
    for (const std::string& key : *keys) {
      auto changed = ChangedWith({dataset, key}, **before, **after);
      if (!changed.ok()) return changed.status();
      for (const storage::RecordRef& ref : *changed) {
        auto cited = IsCited(authority, ref.Name(), views->revision());
        if (!cited.ok() || *cited) return cited;
      }
    }
    last = keys->back();
  }
}

// By a decision that was made before revision `before`.
absl::StatusOr<bool> WatchEngine::IsCited(const std::string& authority, const std::string& record,
                                          uint64_t before) const {
  storage::DecisionQuery query;
  query.authority = authority;
  query.record = record;
  for (;;) {
    auto page = options_.decisions->List(query);
    if (!page.ok()) return page.status();
    for (const storage::v1::DecisionSummary& decision : page->decisions) {
      if (decision.revision() < before) return true;
    }
    if (!page->next) return false;
    query.before = *page->next;
  }
}

}  // namespace probity::screening
