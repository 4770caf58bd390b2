// Portfolios of the authority that a view is for, and their members, as they are
// stored: with their whole names.
#ifndef PROBITY_SCREENING_PORTFOLIOS_H_
#define PROBITY_SCREENING_PORTFOLIOS_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/portfolio.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Bare id of the dataset with the portfolios of the view's authority.
std::string PortfolioDataset(const storage::View& view);

// Ids out of a resource name. `member` is empty for a portfolio.
struct PortfolioRef {
  std::string portfolio;
  std::string member;

  // authorities/{a}/portfolios/{portfolio}[/members/{member}]
  std::string Name(absl::string_view authority) const;
  // Of the record.
  std::string Key() const;
};

// What `name` names for a caller of `authority`: portfolios/... alone is his own. A
// portfolio's id: 1 to 63 of a-z, 0-9 and "-", a letter first; a member's: 1 to 128
// letters, digits and "-_.~".
//   INVALID_ARGUMENT / INVALID_FIELD for another form, NOT_FOUND /
//   PORTFOLIO_NOT_FOUND for one of another authority
absl::StatusOr<PortfolioRef> ReadPortfolioName(absl::string_view authority, absl::string_view field,
                                               absl::string_view name);
absl::StatusOr<PortfolioRef> ReadMemberName(absl::string_view authority, absl::string_view field,
                                            absl::string_view name);

// As stored; nullopt when there is none.
absl::StatusOr<std::optional<v1::Portfolio>> FindPortfolio(const storage::View& view,
                                                           const PortfolioRef& ref);
absl::StatusOr<std::optional<v1::PortfolioMember>> FindMember(const storage::View& view,
                                                              const PortfolioRef& ref);

// Keys of the records, in order of name: of the authority's portfolios, or of the
// members of one. Nothing is read but the index. False from `visit` ends it.
absl::Status ForEachPortfolioKey(const storage::View& view,
                                 const std::function<bool(const std::string& key)>& visit);
absl::Status ForEachMemberKey(const storage::View& view, const PortfolioRef& portfolio,
                              const std::function<bool(const std::string& key)>& visit);

// What is asked for a member: as ScreenSupplier takes it, without a day and an id.
v1::ScreenSupplierRequest RequestOf(const v1::Portfolio& portfolio,
                                    const v1::PortfolioMember& member);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PORTFOLIOS_H_
