#include "cli/purchase_options.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"

namespace probity::cli {
namespace {

using Purchase = std::function<v1::PurchaseContext*()>;

// "HS:5208@IN", "CPV:90910000", "HS:5208@".
absl::StatusOr<v1::PurchaseItem> ParseItem(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('@', 1));
  auto commodity = ParseCommodity(parts.first);
  if (!commodity.ok()) return commodity.status();
  v1::PurchaseItem item;
  *item.mutable_commodity() = *std::move(commodity);
  item.set_origin(std::string(parts.second));
  return item;
}

// "subcontractor=GB-COH:04830352".
absl::StatusOr<v1::PurchaseParty> ParseParty(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  auto role = ParseEnum<v1::PartyRole>(parts.first);
  if (!role.ok()) return role.status();
  auto subject = ParseSubject(parts.second);
  if (!subject.ok()) return subject.status();
  v1::PurchaseParty party;
  party.set_role(*role);
  *party.mutable_subject()->mutable_ref() = *std::move(subject);
  return party;
}

// "espd=2026-05-01".
absl::StatusOr<v1::GivenDeclaration> ParseDeclaration(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  auto kind = ParseEnum<v1::DeclarationKind>(parts.first);
  if (!kind.ok()) return kind.status();
  auto day = ParseDay(parts.second);
  if (!day.ok()) return day.status();
  v1::GivenDeclaration declaration;
  declaration.set_kind(*kind);
  *declaration.mutable_declared_on() = *std::move(day);
  return declaration;
}

// What is bought.
void AddItemOptions(CLI::App* command, const Purchase& purchase) {
  const auto last_item = [purchase] {
    return purchase()->items().empty() ? purchase()->add_items()
                                       : purchase()->mutable_items(purchase()->items_size() - 1);
  };
  Repeatable(AddParsed(
      command, "--item", "COMMODITY[@ORIGIN]", &ParseItem,
      [purchase](v1::PurchaseItem item) { *purchase()->add_items() = std::move(item); },
      "Goods or a service, and where it comes from: HS:5208@IN"));
  AddParsed(
      command, "--manufacturer", kSubject, &ParseSubject,
      [last_item](v1::SubjectRef ref) {
        *last_item()->mutable_manufacturer()->mutable_ref() = std::move(ref);
      },
      "Who makes the item; of several, the last");
  AddParsed(
      command, "--item_site", kSubject, &ParseSubject,
      [last_item](v1::SubjectRef ref) { *last_item()->mutable_site() = std::move(ref); },
      "Where the item is made; of several, the last");
  Repeatable(AddParsed(
      command, "--party", "ROLE=SUBJECT", &ParseParty,
      [purchase](v1::PurchaseParty party) { *purchase()->add_parties() = std::move(party); },
      "Another party: member, subcontractor, relied-on, manufacturer, labour-agent, connected"));
  AddFlag(
      command, "--no_other_parties",
      [purchase](bool none) { purchase()->set_no_other_parties(none); },
      "There are no other parties");
  Repeatable(AddParsed(
      command, "--requires", kAccepted, &ParseAcceptedScheme,
      [purchase](v1::AcceptedScheme scheme) {
        *purchase()->add_requirements()->add_accepted_schemes() = std::move(scheme);
      },
      "A certificate that must hold"));
  Repeatable(AddParsed(
      command, "--requires_audit", kAccepted, &ParseAcceptedScheme,
      [purchase](v1::AcceptedScheme scheme) {
        v1::RequiredEvidence* required = purchase()->add_requirements();
        required->set_audit(true);
        *required->add_accepted_schemes() = std::move(scheme);
      },
      "An audit that must be current"));
  Repeatable(AddParsed(
      command, "--declaration", "KIND=YYYY-MM-DD", &ParseDeclaration,
      [purchase](v1::GivenDeclaration one) { *purchase()->add_declarations() = std::move(one); },
      "A declaration that the supplier gave, and its day: espd=2026-05-01"));
}

// For whom, for which step, and when.
void AddContextOptions(CLI::App* command, const Purchase& purchase) {
  AddParsed(
      command, "--buyer", kCountry, &ParseText,
      [purchase](const std::string& country) { purchase()->set_authority_country(country); },
      "Country of the authority that buys: its law is applied");
  AddEnum<v1::Purpose>(
      command, "--purpose", [purchase](v1::Purpose one) { purchase()->set_purpose(one); },
      "What the purchase is about to do");
  AddParsed(
      command, "--procedure", kText, &ParseText,
      [purchase](const std::string& text) { purchase()->set_procedure(text); },
      "Reference of the procedure");
  Repeatable(AddParsed(
      command, "--bound_by", kText, &ParseText,
      [purchase](const std::string& regime) { purchase()->add_buyer_bound_by(regime); },
      "Regime that binds the buyer besides its country's law, such as OFAC"));
  const auto day = [command, purchase](const char* name, v1::Date* (v1::ContractDates::*field)(),
                                       const char* help) {
    AddParsed(
        command, name, kDay, &ParseDay,
        [purchase, field](v1::Date date) {
          *(purchase()->mutable_dates()->*field)() = std::move(date);
        },
        help);
  };
  day("--bid", &v1::ContractDates::mutable_bid, "Day the bids are opened");
  day("--award", &v1::ContractDates::mutable_award, "Day of award");
  day("--start", &v1::ContractDates::mutable_start, "First day of the contract");
  day("--end", &v1::ContractDates::mutable_end, "Last day of the contract");
}

}  // namespace

void AddPurchaseOptions(CLI::App* command, const Purchase& purchase) {
  AddItemOptions(command, purchase);
  AddContextOptions(command, purchase);
}

void NumberParts(v1::PurchaseContext* purchase) {
  int number = 0;
  for (v1::PurchaseItem& item : *purchase->mutable_items()) {
    ++number;
    if (item.item_id().empty()) item.set_item_id(absl::StrCat(number));
  }
  number = 0;
  for (v1::RequiredEvidence& one : *purchase->mutable_requirements()) {
    ++number;
    if (one.requirement_id().empty()) one.set_requirement_id(absl::StrCat(number));
  }
}

std::string PolicyName(absl::string_view text) {
  return absl::StrContains(text, "/") ? std::string(text) : absl::StrCat("policies/", text);
}

}  // namespace probity::cli
