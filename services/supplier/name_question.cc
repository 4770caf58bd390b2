#include "services/supplier/name_question.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "matching/params.h"
#include "screening/names/explanation.h"
#include "screening/names/limits.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/validate.h"
#include "storage/names/party_names.h"

namespace probity::supplier {
namespace {

// The kind that all of `kinds` are read as; kAny when they differ.
matching::Kind CommonKind(const std::vector<v1::PartyKind>& kinds) {
  matching::Kind common = kinds.empty() ? matching::Kind::kAny : storage::KindOf(kinds[0]);
  for (v1::PartyKind kind : kinds) {
    if (storage::KindOf(kind) != common) common = matching::Kind::kAny;
  }
  return common;
}

absl::Status ReadFilters(absl::string_view path, const v1::SearchSuppliersRequest& request,
                         screening::NameQuestion* question) {
  question->country = request.country();
  if (!request.country().empty()) {
    absl::Status well = screening::CheckCountry(absl::StrCat(path, "country"), request.country());
    if (!well.ok()) return well;
  }
  for (int kind : request.kinds()) {
    if (!v1::PartyKind_IsValid(kind) || kind == v1::PARTY_KIND_UNSPECIFIED) {
      return InvalidField(absl::StrCat(path, "kinds"), "holds a value that is no kind of party");
    }
    question->kinds.push_back(static_cast<v1::PartyKind>(kind));
  }
  for (int i = 0; i < request.datasets_size(); ++i) {
    const std::string field = absl::StrCat(path, "datasets[", i, "]");
    auto dataset = rpc::ParseDatasetName(field, request.datasets(i));
    if (!dataset.ok()) return dataset.status();
    question->datasets.push_back(request.datasets(i));
  }
  return absl::OkStatus();
}

absl::Status ReadExcluded(absl::string_view path, const v1::SearchSuppliersRequest& request,
                          screening::NameQuestion* question) {
  if (request.excluded_suppliers_size() > screening::kMaxExcludedSuppliers) {
    return LimitExceeded(absl::StrCat(path, "excluded_suppliers"), screening::kMaxExcludedSuppliers,
                         request.excluded_suppliers_size());
  }
  for (int i = 0; i < request.excluded_suppliers_size(); ++i) {
    const std::string field = absl::StrCat(path, "excluded_suppliers[", i, "]");
    auto id = rpc::ParseSupplierName(field, request.excluded_suppliers(i));
    if (!id.ok()) return id.status();
    question->excluded.push_back(*std::move(id));
  }
  return absl::OkStatus();
}

absl::Status ReadScore(absl::string_view path, double min_score,
                       screening::NameQuestion* question) {
  if (!(min_score >= 0 && min_score <= 1)) {
    return InvalidField(absl::StrCat(path, "min_score"), "must be 0 to 1");
  }
  question->min_score = static_cast<int>(std::lround(min_score * matching::kFullScore));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<screening::NameQuestion> ReadQuestion(const screening::Comparer& comparer,
                                                     absl::string_view path,
                                                     const v1::SearchSuppliersRequest& request) {
  screening::NameQuestion question;
  question.level = request.explanation();
  absl::Status read = screening::ReadLevel(&question.level);
  if (read.ok()) read = ReadScore(path, request.min_score(), &question);
  if (read.ok()) read = ReadFilters(path, request, &question);
  if (read.ok()) read = ReadExcluded(path, request, &question);
  if (read.ok()) {
    read = screening::ReadFacts(comparer, absl::StrCat(path, "facts"), request.facts(),
                                &question.party);
  }
  if (!read.ok()) return read;
  matching::Kind& kind = question.party.facts.kind;
  if (kind == matching::Kind::kAny) kind = CommonKind(question.kinds);
  auto name =
      screening::ReadName(comparer.matcher, absl::StrCat(path, "query"), request.query(), kind);
  if (!name.ok()) return name.status();
  question.party.name = *std::move(name);
  return question;
}

absl::StatusOr<rpc::Page> OpenNamePage(const screening::NameBook& book,
                                       const rpc::CallContext& call,
                                       const v1::SearchSuppliersRequest& request,
                                       absl::Time deadline) {
  auto consistency = rpc::ForNames(book.store, book.index, request.consistency());
  if (!consistency.ok()) return consistency.status();
  auto page = rpc::OpenPage(
      book.store, call, *consistency, rpc::QueryFingerprint(call, request), request.page_token(),
      rpc::PageSize(request.page_size(), rpc::kDefaultSearchPageSize, rpc::kMaxSearchPageSize));
  if (!page.ok()) return page.status();
  absl::Status ready =
      storage::AwaitNames(book.index, page->view->token().revision(),
                          std::min(deadline, call.deadline), [&call] { return call.CheckAlive(); });
  if (!ready.ok()) return ready;
  return page;
}

}  // namespace probity::supplier
