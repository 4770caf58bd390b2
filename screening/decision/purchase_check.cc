#include "screening/decision/purchase_check.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "screening/decision/gather.h"
#include "screening/names/limits.h"
#include "screening/validate.h"

namespace probity::screening {
namespace {

constexpr size_t kMaxIdBytes = 128;
constexpr size_t kSha256HexBytes = 64;

absl::Status CheckNoMore(absl::string_view field, int count, int limit) {
  return count > limit ? LimitExceeded(field, limit, count) : absl::OkStatus();
}

absl::Status CheckDay(absl::string_view field, bool given, const v1::Date& date) {
  return !given || IsFullDay(date) ? absl::OkStatus()
                                   : InvalidField(field, "must be a full day that exists");
}

// An id chosen by the caller, once in its list.
absl::Status CheckId(absl::string_view field, const std::string& id, std::set<std::string>* seen) {
  if (id.empty()) return InvalidField(field, "is empty; choose one that is unique here");
  if (absl::Status well = ValidateText(field, id, kMaxIdBytes); !well.ok()) return well;
  return seen->insert(id).second ? absl::OkStatus() : InvalidField(field, "is used twice");
}

absl::Status CheckSubject(absl::string_view path, const v1::ScreenedSubject& subject) {
  const bool named = subject.ref().ref_case() != v1::SubjectRef::REF_NOT_SET;
  if (!named && subject.name().empty()) {
    return InvalidField(
        path, "name somebody: give an identifier, a record, a supplier, a vendor number or a name");
  }
  if (subject.has_ref() && !named) {
    return InvalidField(absl::StrCat(path, ".ref"), "is empty; leave it out to ask by name");
  }
  absl::Status well = ValidateText(absl::StrCat(path, ".name"), subject.name(), kMaxNameBytes);
  if (well.ok()) {
    well = ValidateText(absl::StrCat(path, ".address"), subject.address(), kMaxNameBytes);
  }
  if (well.ok() && !subject.country().empty()) {
    well = ValidatePlace(absl::StrCat(path, ".country"), subject.country());
  }
  if (well.ok() && subject.has_founded() && !IsValidDate(subject.founded())) {
    well = InvalidField(absl::StrCat(path, ".founded"), "does not exist");
  }
  if (well.ok() && !v1::PartyKind_IsValid(subject.kind())) {
    well = InvalidField(absl::StrCat(path, ".kind"), "is not a value that this server knows");
  }
  return well;
}

absl::Status CheckMoney(absl::string_view path, const v1::Money& money) {
  const std::string& code = money.currency();
  const bool well = code.size() == 3 && absl::ascii_isupper(code[0]) &&
                    absl::ascii_isupper(code[1]) && absl::ascii_isupper(code[2]);
  if (!well) return InvalidField(absl::StrCat(path, ".currency"), "must be an ISO 4217 code");
  return money.minor_units() >= 0
             ? absl::OkStatus()
             : InvalidField(absl::StrCat(path, ".minor_units"), "must not be negative");
}

absl::Status CheckGoods(absl::string_view path, bool has_code, const v1::CommodityCode& code,
                        const std::string& origin) {
  absl::Status well;
  if (has_code) well = ValidateCommodity(code, absl::StrCat(path, ".commodity"));
  if (well.ok() && !origin.empty()) well = ValidatePlace(absl::StrCat(path, ".origin"), origin);
  return well;
}

absl::Status CheckItem(const std::string& path, const v1::PurchaseItem& item) {
  absl::Status well = CheckGoods(path, item.has_commodity(), item.commodity(), item.origin());
  if (well.ok() && item.has_manufacturer()) {
    well = CheckSubject(absl::StrCat(path, ".manufacturer"), item.manufacturer());
  }
  if (well.ok() && (item.site().has_supplier() || item.site().has_vendor())) {
    well = InvalidField(
        absl::StrCat(path, item.site().has_vendor() ? ".site.vendor" : ".site.supplier"),
        "name a site, or the maker as manufacturer");
  }
  if (well.ok()) {
    well = CheckNoMore(absl::StrCat(path, ".inputs"), item.inputs_size(), kMaxInputs);
  }
  for (int i = 0; well.ok() && i < item.inputs_size(); ++i) {
    const std::string field = absl::StrCat(path, ".inputs[", i, "]");
    if (!item.inputs(i).has_commodity()) {
      return InvalidField(absl::StrCat(field, ".commodity"), "name the goods");
    }
    well = CheckGoods(field, true, item.inputs(i).commodity(), item.inputs(i).origin());
  }
  if (well.ok() && item.has_value()) well = CheckMoney(absl::StrCat(path, ".value"), item.value());
  return well;
}

absl::Status CheckItems(const v1::PurchaseContext& purchase, std::set<std::string>* ids) {
  absl::Status well = CheckNoMore("purchase.items", purchase.items_size(), kMaxItems);
  for (int i = 0; well.ok() && i < purchase.items_size(); ++i) {
    const std::string path = absl::StrCat("purchase.items[", i, "]");
    well = CheckId(absl::StrCat(path, ".item_id"), purchase.items(i).item_id(), ids);
    if (well.ok()) well = CheckItem(path, purchase.items(i));
  }
  return well;
}

absl::Status CheckParties(const v1::PurchaseContext& purchase) {
  absl::Status well = CheckNoMore("purchase.parties", purchase.parties_size(), kMaxParties);
  if (well.ok() && purchase.no_other_parties() && purchase.parties_size() > 0) {
    well = InvalidField("purchase.no_other_parties", "contradicts purchase.parties");
  }
  for (int i = 0; well.ok() && i < purchase.parties_size(); ++i) {
    const std::string path = absl::StrCat("purchase.parties[", i, "]");
    const v1::PartyRole role = purchase.parties(i).role();
    if (!v1::PartyRole_IsValid(role) || role == v1::PARTY_ROLE_UNSPECIFIED ||
        role == v1::PARTY_ROLE_LEAD) {
      return InvalidField(absl::StrCat(path, ".role"),
                          "must be a role other than LEAD, which is that of subject");
    }
    well = CheckSubject(absl::StrCat(path, ".subject"), purchase.parties(i).subject());
  }
  return well;
}

absl::Status CheckDates(const v1::ContractDates& dates) {
  absl::Status well = CheckDay("purchase.dates.bid", dates.has_bid(), dates.bid());
  if (well.ok()) well = CheckDay("purchase.dates.award", dates.has_award(), dates.award());
  if (well.ok()) well = CheckDay("purchase.dates.start", dates.has_start(), dates.start());
  if (well.ok()) well = CheckDay("purchase.dates.end", dates.has_end(), dates.end());
  if (!well.ok()) return well;
  if (dates.has_start() && dates.has_end() && FirstDay(dates.end()) < FirstDay(dates.start())) {
    return InvalidField("purchase.dates.end", "lies before purchase.dates.start");
  }
  if (dates.has_bid() && dates.has_award() && FirstDay(dates.award()) < FirstDay(dates.bid())) {
    return InvalidField("purchase.dates.award", "lies before purchase.dates.bid");
  }
  return absl::OkStatus();
}

absl::Status CheckDeclarations(const v1::PurchaseContext& purchase) {
  absl::Status well =
      CheckNoMore("purchase.declarations", purchase.declarations_size(), kMaxDeclarations);
  for (int i = 0; well.ok() && i < purchase.declarations_size(); ++i) {
    const std::string path = absl::StrCat("purchase.declarations[", i, "]");
    const v1::GivenDeclaration& one = purchase.declarations(i);
    if (!v1::DeclarationKind_IsValid(one.kind()) ||
        one.kind() == v1::DECLARATION_KIND_UNSPECIFIED) {
      return InvalidField(absl::StrCat(path, ".kind"), "say what kind of declaration it is");
    }
    if (!IsFullDay(one.declared_on())) {
      return InvalidField(absl::StrCat(path, ".declared_on"), "must be a full day that exists");
    }
    if (!one.document_sha256().empty() && one.document_sha256().size() != kSha256HexBytes) {
      return InvalidField(absl::StrCat(path, ".document_sha256"), "must be 64 hex digits");
    }
  }
  return well;
}

absl::Status CheckRequirements(const policy::SchemeCatalogue& schemes,
                               const v1::PurchaseContext& purchase,
                               const std::set<std::string>& items) {
  absl::Status well =
      CheckNoMore("purchase.requirements", purchase.requirements_size(), kMaxRequirements);
  std::set<std::string> ids;
  for (int i = 0; well.ok() && i < purchase.requirements_size(); ++i) {
    const std::string path = absl::StrCat("purchase.requirements[", i, "]");
    const v1::RequiredEvidence& one = purchase.requirements(i);
    well = CheckId(absl::StrCat(path, ".requirement_id"), one.requirement_id(), &ids);
    if (well.ok() && !one.item_id().empty() && items.count(one.item_id()) == 0) {
      well = InvalidField(absl::StrCat(path, ".item_id"), "is no item of this purchase");
    }
    if (well.ok() && one.max_age_days() < 0) {
      well = InvalidField(absl::StrCat(path, ".max_age_days"), "must not be negative");
    }
    if (well.ok()) {
      well = ValidateAcceptedSchemes(schemes, one.accepted_schemes(),
                                     absl::StrCat(path, ".accepted_schemes"));
    }
  }
  return well;
}

absl::Status CheckPercent(absl::string_view field, bool given, double percent, double most) {
  return !given || (percent >= 0 && percent <= most)
             ? absl::OkStatus()
             : InvalidField(field, absl::StrCat("must be 0 to ", most));
}

absl::Status CheckCountGiven(absl::string_view field, bool given, int count) {
  return !given || count >= 0 ? absl::OkStatus() : InvalidField(field, "must not be negative");
}

absl::Status CheckDemand(const v1::DemandSignals& demand) {
  absl::Status well = CheckPercent("purchase.demand.price_percent_of_estimate",
                                   demand.has_price_percent_of_estimate(),
                                   demand.price_percent_of_estimate(), 10000);
  if (well.ok()) {
    well = CheckPercent("purchase.demand.labour_share_percent", demand.has_labour_share_percent(),
                        demand.labour_share_percent(), 100);
  }
  if (well.ok()) {
    well = CheckCountGiven("purchase.demand.lead_time_days", demand.has_lead_time_days(),
                           demand.lead_time_days());
  }
  if (well.ok()) {
    well = CheckCountGiven("purchase.demand.change_orders", demand.has_change_orders(),
                           demand.change_orders());
  }
  if (well.ok()) {
    well = CheckCountGiven("purchase.demand.payment_days", demand.has_payment_days(),
                           demand.payment_days());
  }
  if (well.ok()) {
    well = CheckCountGiven("purchase.demand.tiers", demand.has_tiers(), demand.tiers());
  }
  return well;
}

absl::Status CheckTender(const v1::TenderFacts& tender) {
  const bool normal = tender.has_abnormally_low() && !tender.abnormally_low();
  if (normal && (tender.due_to_labour_law_breach() || tender.explained())) {
    return InvalidField("purchase.tender", "explains a low price that it says is not low");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPurchase(const policy::SchemeCatalogue& schemes,
                           const v1::ScreenSupplierRequest& request) {
  if (!request.has_purchase()) return InvalidField("purchase", "say what is bought, and by whom");
  absl::Status well = CheckSubject("subject", request.subject());
  return well.ok() ? CheckContext(schemes, request.purchase()) : well;
}

absl::Status CheckContext(const policy::SchemeCatalogue& schemes,
                          const v1::PurchaseContext& purchase) {
  absl::Status well = ValidatePlace("purchase.authority_country", purchase.authority_country());
  if (well.ok() &&
      (!v1::Purpose_IsValid(purchase.purpose()) || purchase.purpose() == v1::PURPOSE_UNSPECIFIED)) {
    well = InvalidField("purchase.purpose", "say what the purchase is about to do");
  }
  if (well.ok()) {
    well = ValidateText("purchase.procedure", purchase.procedure(), kMaxProcedureBytes);
  }
  std::set<std::string> items;
  if (well.ok()) well = CheckItems(purchase, &items);
  if (well.ok()) well = CheckParties(purchase);
  if (well.ok()) well = CheckDates(purchase.dates());
  if (well.ok()) well = CheckDeclarations(purchase);
  if (well.ok()) well = CheckTender(purchase.tender());
  if (well.ok()) well = CheckRequirements(schemes, purchase, items);
  if (well.ok()) well = CheckDemand(purchase.demand());
  return well;
}

}  // namespace probity::screening
