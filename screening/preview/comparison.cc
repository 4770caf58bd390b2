#include "screening/preview/comparison.h"

#include <set>
#include <utility>

#include "base/hash.h"
#include "screening/facts.h"
#include "screening/names/name_search.h"
#include "storage/borrowed_view.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

constexpr size_t kMostRecords = 10;

int Severity(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_BLOCK:
      return 2;
    case v1::VERDICT_REVIEW:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

bool IsLifted(v1::Verdict before, v1::Verdict after) { return Severity(after) < Severity(before); }

// Which of the changed records one case reads. Not thread-safe.
class Comparison::ChangedReads {
 public:
  explicit ChangedReads(const storage::CandidateView& candidate) : candidate_(candidate) {}

  void Add(const storage::RecordRef& ref) {
    if (candidate_.IsChanged(ref)) refs_.insert(ref);
  }
  // What it was put together from, and what keeps others out of it.
  void AddMembers(const std::optional<storage::StoredSupplier>& supplier) {
    v1::Supplier parsed;
    if (!supplier.has_value() || !parsed.ParseFromString(supplier->bytes)) return;
    for (const auto* names : {&parsed.source_records(), &parsed.separations()}) {
      for (const std::string& name : *names) {
        if (const auto ref = storage::RecordRef::FromName(name)) Add(*ref);
      }
    }
  }
  const std::set<storage::RecordRef>& refs() const { return refs_; }

  // Answers as the view it borrows, and notes what is read.
  class Noting final : public storage::BorrowedView {
   public:
    Noting(const storage::View& view, ChangedReads* reads) : BorrowedView(view), reads_(reads) {}

    absl::StatusOr<std::optional<storage::v1::RecordRow>> GetRecord(
        const storage::RecordRef& ref) const override {
      reads_->Add(ref);
      return view().GetRecord(ref);
    }
    absl::StatusOr<std::optional<storage::StoredSupplier>> GetSupplier(
        absl::string_view id) const override {
      auto supplier = view().GetSupplier(id);
      if (supplier.ok()) reads_->AddMembers(*supplier);
      return supplier;
    }
    absl::StatusOr<std::optional<storage::StoredSupplier>> SupplierOf(
        const storage::RecordRef& ref) const override {
      auto supplier = view().SupplierOf(ref);
      if (supplier.ok()) reads_->AddMembers(*supplier);
      return supplier;
    }

   private:
    ChangedReads* const reads_;
  };

 private:
  const storage::CandidateView& candidate_;
  std::set<storage::RecordRef> refs_;
};

Comparison::Comparison(const PreviewParts& parts, const storage::NameIndex& index,
                       const ChangedNames& names, PreviewScope scope, const Asking& asking)
    : parts_(parts),
      names_(names),
      scope_(scope),
      asking_(asking),
      after_names_{parts.names.store, index, parts.names.comparer},
      before_dates_(parts.goods),
      after_dates_(after_goods_) {}

absl::StatusOr<std::optional<Difference>> Comparison::Compare(const Case& of) const {
  ChangedReads reads(*of.views.candidate);
  Weighed before;
  if (of.known.has_value()) {
    before.verdict = *of.known;
  } else {
    auto weighed = WeighBefore(of, &reads);
    if (!weighed.ok()) return weighed.status();
    before = *std::move(weighed);
    auto touched = IsTouched(before.reads, of.views.touched, names_);
    if (!touched.ok()) return touched.status();
    if (!*touched && CanonicalBytes(of.before) == CanonicalBytes(of.after)) return std::nullopt;
  }
  if (!IsAskedFor(before.verdict.verdict(), v1::VERDICT_CLEAR)) return std::nullopt;
  auto after = WeighAfter(of, &reads);
  if (!after.ok()) return after.status();
  if (AreWorthTheSame(before.verdict, after->verdict)) return std::nullopt;
  if (of.known.has_value()) {
    auto weighed = WeighBefore(of, &reads);
    if (!weighed.ok()) return weighed.status();
    before = *std::move(weighed);
    if (AreWorthTheSame(before.verdict, after->verdict)) return std::nullopt;
  }
  if (!IsAskedFor(before.verdict.verdict(), after->verdict.verdict())) return std::nullopt;
  return Describe(of, std::move(before), *std::move(after), reads);
}

bool Comparison::IsAskedFor(v1::Verdict before, v1::Verdict after) const {
  return scope_ == PreviewScope::kAll || IsLifted(before, after);
}

absl::StatusOr<Weighed> Comparison::WeighBefore(const Case& of, ChangedReads* reads) const {
  const ChangedReads::Noting view(*of.views.base, reads);
  return Weigh({view, parts_.names, parts_.law, parts_.schemes, parts_.goods},
               {asking_.today, asking_}, of.policy, of.before, before_dates_);
}

absl::StatusOr<Weighed> Comparison::WeighAfter(const Case& of, ChangedReads* reads) const {
  const ChangedReads::Noting view(*of.views.candidate, reads);
  return Weigh({view, after_names_, parts_.law, parts_.schemes, after_goods_},
               {asking_.today, asking_}, of.policy, of.after, after_dates_);
}

absl::StatusOr<Difference> Comparison::Describe(const Case& of, Weighed before, Weighed after,
                                                const ChangedReads& reads) const {
  Difference difference;
  difference.display_name = of.before.subject().name();
  const bool known_after = !after.supplier.empty();
  const std::string& supplier = known_after ? after.supplier : before.supplier;
  if (difference.display_name.empty() && !supplier.empty()) {
    const storage::View* view = known_after ? of.views.candidate.get() : of.views.base.get();
    auto found = ReadSupplierNamed(*view, supplier);
    if (!found.ok()) return found.status();
    difference.display_name = found->display_name();
  }
  for (const storage::RecordRef& ref : reads.refs()) {
    if (difference.records.size() == kMostRecords) break;
    auto row = of.views.candidate->rows().Find(ref.key);
    if (!row.ok()) return row.status();
    if (!row->has_value()) continue;  // not one of them: two keys with one hash
    auto old = of.views.base->GetRecord(ref);
    if (!old.ok()) return old.status();
    const auto is_hidden = [](const std::optional<storage::v1::RecordRow>& of_record) {
      return of_record.has_value() && !MayShow(*of_record, storage::LatestRecord(*of_record));
    };
    if (!is_hidden(*old) && !is_hidden((*row)->row)) difference.records.push_back(ref.Name());
  }
  difference.before = std::move(before.verdict);
  difference.after = std::move(after.verdict);
  difference.after.clear_revision();
  return difference;
}

}  // namespace probity::screening
