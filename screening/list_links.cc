#include "screening/list_links.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "screening/facts.h"
#include "screening/subject.h"

namespace probity::screening {
namespace {

using storage::IndexKind;

// Finds the links in one direction and who is at their other ends.
class LinkFinder {
 public:
  LinkFinder(const storage::View& view, const v1::ListLinksRequest& request, const Subject& subject,
             DayNumber day, DayNumber today)
      : view_(view), request_(request), subject_(subject), day_(day), today_(today) {}

  absl::Status Add(IndexKind kind, v1::LinkDirection direction) {
    absl::StatusOr<std::vector<Fact>> facts =
        FindFacts(view_, kind, subject_.terms, day_, request_.include_ended());
    if (!facts.ok()) return facts.status();
    for (const Fact& fact : *facts) {
      if (!fact.record.has_link() || !Wanted(fact.record.link().type())) continue;
      const bool in_force = Contains(fact.record.link().period(), day_) && ListedOn(fact, day_);
      if (!in_force && !request_.include_ended()) continue;
      absl::Status status = AddLink(fact, direction, in_force);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  v1::ListLinksResponse Finish() {
    std::sort(links_.begin(), links_.end(),
              [](const auto& a, const auto& b) { return Rank(a) < Rank(b); });
    v1::ListLinksResponse response;
    for (v1::SupplierLink& link : links_) *response.add_links() = std::move(link);
    return response;
  }

 private:
  static std::tuple<int, int, absl::string_view> Rank(const v1::SupplierLink& link) {
    return {link.link().type(), link.direction(), link.provenance().source_record()};
  }

  bool Wanted(v1::LinkType type) const {
    return request_.types().empty() ||
           std::count(request_.types().begin(), request_.types().end(), type) > 0;
  }

  absl::Status AddLink(const Fact& fact, v1::LinkDirection direction, bool in_force) {
    const v1::Link& link = fact.record.link();
    const v1::SubjectRef& other =
        direction == v1::LINK_DIRECTION_OUTGOING ? link.to() : link.from();
    v1::SupplierLink listed;
    *listed.mutable_link() = link;
    listed.set_direction(direction);
    listed.set_in_force(in_force);
    *listed.mutable_provenance() = fact.provenance;
    listed.set_other_display_name(other.display_name());
    absl::Status status = DescribeOther(fact.ref.dataset, other, &listed);
    if (status.ok()) links_.push_back(std::move(listed));
    return status;
  }

  absl::Status DescribeOther(absl::string_view dataset, const v1::SubjectRef& ref,
                             v1::SupplierLink* listed) const {
    absl::StatusOr<Subject> other = ResolveRecordRef(view_, dataset, ref);
    if (!other.ok()) return other.status();
    *listed->mutable_other() = other->resolution;
    if (other->IsAmbiguous() || other->resolution.outcome() == v1::LOOKUP_OUTCOME_NOT_RESOLVABLE) {
      return absl::OkStatus();
    }
    if (!other->suppliers.empty()) {
      absl::StatusOr<std::optional<storage::StoredSupplier>> stored =
          view_.SupplierOf(other->suppliers.front());
      if (!stored.ok()) return stored.status();
      v1::Supplier supplier;
      if (!stored->has_value()) return absl::OkStatus();
      if (!supplier.ParseFromString((*stored)->bytes)) {
        return StoreCorrupt((*stored)->name, "the supplier cannot be read");
      }
      listed->set_other_supplier((*stored)->name);
      listed->set_other_display_name(supplier.display_name());
    } else if (!other->sites.empty()) {
      absl::StatusOr<std::optional<Fact>> site = GetFact(view_, other->sites.front(), today_, true);
      if (!site.ok()) return site.status();
      if (!site->has_value()) return absl::OkStatus();
      listed->set_other_site((*site)->ref.Name());
      if ((*site)->record.site().names_size() > 0) {
        listed->set_other_display_name((*site)->record.site().names(0).text());
      }
    }
    return absl::OkStatus();
  }

  const storage::View& view_;
  const v1::ListLinksRequest& request_;
  const Subject& subject_;
  const DayNumber day_;
  const DayNumber today_;
  std::vector<v1::SupplierLink> links_;
};

}  // namespace

absl::StatusOr<v1::ListLinksResponse> ListLinks(const storage::View& view,
                                                const IdentifierCatalogue& identifiers,
                                                const v1::ListLinksRequest& request,
                                                DayNumber today) {
  absl::StatusOr<DayNumber> day = ReadAsOf(request.has_as_of(), request.as_of(), today);
  if (!day.ok()) return day.status();
  absl::StatusOr<Subject> subject = ResolveSubject(view, identifiers, request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  LinkFinder finder(view, request, *subject, *day, today);
  absl::Status status = finder.Add(IndexKind::kLinkFrom, v1::LINK_DIRECTION_OUTGOING);
  if (status.ok()) status = finder.Add(IndexKind::kLinkTo, v1::LINK_DIRECTION_INCOMING);
  if (!status.ok()) return status;
  v1::ListLinksResponse response = finder.Finish();
  *response.mutable_resolved_subject() = subject->resolution;
  return response;
}

}  // namespace probity::screening
