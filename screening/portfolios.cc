#include "screening/portfolios.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "storage/index_terms.h"
#include "storage/own_datasets.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

constexpr absl::string_view kPortfolios = "portfolios/";
constexpr absl::string_view kMembers = "/members/";
constexpr absl::string_view kAuthorities = "authorities/";
constexpr size_t kMaxPortfolioIdBytes = 63;
constexpr size_t kMaxMemberIdBytes = 128;

bool IsPortfolioId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxPortfolioIdBytes && absl::ascii_islower(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

bool IsMemberId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxMemberIdBytes &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~';
         });
}

// What follows "authorities/{a}/portfolios/" or "portfolios/" in `name`, whoever the
// authority is; nullopt for another form.
struct Owned {
  absl::string_view authority;  // empty: the caller's
  absl::string_view rest;
};
std::optional<Owned> SplitOwner(absl::string_view name) {
  if (absl::ConsumePrefix(&name, kPortfolios)) return Owned{"", name};
  const size_t at = name.find(absl::StrCat("/", kPortfolios));
  if (at == absl::string_view::npos || !absl::StartsWith(name, kAuthorities)) return std::nullopt;
  return Owned{name.substr(0, at), name.substr(at + 1 + kPortfolios.size())};
}

absl::StatusOr<absl::string_view> OwnPart(absl::string_view authority, absl::string_view field,
                                          absl::string_view name, absl::string_view form) {
  const std::optional<Owned> owned = SplitOwner(name);
  if (!owned) {
    return InvalidField(field, absl::StrCat("\"", name, "\" is not portfolios/{portfolio}", form));
  }
  if (!owned->authority.empty() && owned->authority != authority) return PortfolioNotFound(name);
  return owned->rest;
}

absl::Status NoPortfolioId(absl::string_view field, absl::string_view id) {
  return InvalidField(field, absl::StrCat("\"", id,
                                          "\" is no id of a portfolio: 1 to 63 of a-z, "
                                          "0-9 and -, a letter first"));
}

absl::StatusOr<std::optional<v1::Record>> FindRecord(const storage::View& view,
                                                     const PortfolioRef& ref) {
  auto row = view.GetRecord({PortfolioDataset(view), ref.Key()});
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  return storage::LatestRecord(**row);
}

absl::Status ForEachKey(const storage::View& view, const std::string& parent,
                        const std::function<bool(const std::string& key)>& visit) {
  return view.FindRecords(storage::IndexKind::kPortfolio, parent,
                          [&](const storage::RecordRef& ref) { return visit(ref.key); });
}

}  // namespace

std::string PortfolioDataset(const storage::View& view) {
  return storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, view.authority());
}

std::string PortfolioRef::Name(absl::string_view authority) const {
  return absl::StrCat(authority, authority.empty() ? "" : "/", kPortfolios, portfolio,
                      member.empty() ? "" : kMembers, member);
}

std::string PortfolioRef::Key() const {
  return member.empty() ? storage::PortfolioKey(portfolio) : storage::MemberKey(portfolio, member);
}

absl::StatusOr<PortfolioRef> ReadPortfolioName(absl::string_view authority, absl::string_view field,
                                               absl::string_view name) {
  auto id = OwnPart(authority, field, name, "");
  if (!id.ok()) return id.status();
  if (!IsPortfolioId(*id)) return NoPortfolioId(field, *id);
  return PortfolioRef{std::string(*id), ""};
}

absl::StatusOr<PortfolioRef> ReadMemberName(absl::string_view authority, absl::string_view field,
                                            absl::string_view name) {
  constexpr absl::string_view kForm = "/members/{member}";
  auto rest = OwnPart(authority, field, name, kForm);
  if (!rest.ok()) return rest.status();
  const std::pair<absl::string_view, absl::string_view> ids =
      absl::StrSplit(*rest, absl::MaxSplits(kMembers, 1));
  if (!IsPortfolioId(ids.first)) return NoPortfolioId(field, ids.first);
  if (!IsMemberId(ids.second)) {
    return InvalidField(field, absl::StrCat("\"", ids.second,
                                            "\" is no id of a member: 1 to 128 "
                                            "letters, digits and -_.~"));
  }
  return PortfolioRef{std::string(ids.first), std::string(ids.second)};
}

absl::StatusOr<std::optional<v1::Portfolio>> FindPortfolio(const storage::View& view,
                                                           const PortfolioRef& ref) {
  auto record = FindRecord(view, {ref.portfolio, ""});
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  return std::move(*(*record)->mutable_portfolio());
}

absl::StatusOr<std::optional<v1::PortfolioMember>> FindMember(const storage::View& view,
                                                              const PortfolioRef& ref) {
  auto record = FindRecord(view, ref);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  return std::move(*(*record)->mutable_portfolio_member());
}

absl::Status ForEachPortfolioKey(const storage::View& view,
                                 const std::function<bool(const std::string& key)>& visit) {
  return ForEachKey(view, std::string(view.authority()), visit);
}

absl::Status ForEachMemberKey(const storage::View& view, const PortfolioRef& portfolio,
                              const std::function<bool(const std::string& key)>& visit) {
  const PortfolioRef parent{portfolio.portfolio, ""};
  return ForEachKey(view, parent.Name(view.authority()), visit);
}

v1::ScreenSupplierRequest RequestOf(const v1::Portfolio& portfolio,
                                    const v1::PortfolioMember& member) {
  v1::ScreenSupplierRequest request;
  *request.mutable_subject() = member.subject();
  *request.mutable_purchase() = member.has_purchase() ? member.purchase() : portfolio.purchase();
  request.set_policy(portfolio.policy());
  return request;
}

}  // namespace probity::screening
