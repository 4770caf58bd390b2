#include "benchmarks/golden_copy.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "benchmarks/population.h"

namespace probity::benchmarks {
namespace {

// Places of a group that repeats.
constexpr int kPlaces = 5;

std::vector<std::string> With(const std::string& prefix, const std::vector<std::string>& ends) {
  std::vector<std::string> names;
  for (const std::string& end : ends) names.push_back(prefix + end);
  return names;
}

void Append(const std::vector<std::string>& names, std::vector<std::string>* columns) {
  columns->insert(columns->end(), names.begin(), names.end());
}

void AppendAddress(const std::string& prefix, std::vector<std::string> first,
                   std::vector<std::string>* columns) {
  Append(With(prefix, first), columns);
  Append(With(prefix, {".FirstAddressLine", ".AddressNumber", ".AddressNumberWithinBuilding",
                       ".MailRouting", ".AdditionalAddressLine.1", ".AdditionalAddressLine.2",
                       ".AdditionalAddressLine.3", ".City", ".Region", ".Country", ".PostalCode"}),
         columns);
}

void AppendNames(std::vector<std::string>* columns) {
  Append({"LEI", "Entity.LegalName", "Entity.LegalName.xmllang"}, columns);
  for (const char* group :
       {"Entity.OtherEntityNames.OtherEntityName.",
        "Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName."}) {
    for (int i = 1; i <= kPlaces; ++i) {
      Append(With(absl::StrCat(group, i), {"", ".xmllang", ".type"}), columns);
    }
  }
}

void AppendAddresses(std::vector<std::string>* columns) {
  AppendAddress("Entity.LegalAddress", {".xmllang"}, columns);
  AppendAddress("Entity.HeadquartersAddress", {".xmllang"}, columns);
  for (const char* group : {"Entity.OtherAddresses.OtherAddress.",
                            "Entity.TransliteratedOtherAddresses.TransliteratedOtherAddress."}) {
    for (int i = 1; i <= kPlaces; ++i) {
      AppendAddress(absl::StrCat(group, i), {".xmllang", ".type"}, columns);
    }
  }
}

void AppendRest(std::vector<std::string>* columns) {
  Append(With("Entity.", {"RegistrationAuthority.RegistrationAuthorityID",
                          "RegistrationAuthority.OtherRegistrationAuthorityID",
                          "RegistrationAuthority.RegistrationAuthorityEntityID",
                          "LegalJurisdiction", "EntityCategory", "LegalForm.EntityLegalFormCode",
                          "LegalForm.OtherLegalForm", "AssociatedEntity.type",
                          "AssociatedEntity.AssociatedLEI", "AssociatedEntity.AssociatedEntityName",
                          "AssociatedEntity.AssociatedEntityName.xmllang", "EntityStatus",
                          "EntityExpirationDate", "EntityExpirationReason",
                          "SuccessorEntity.SuccessorLEI", "SuccessorEntity.SuccessorEntityName",
                          "SuccessorEntity.SuccessorEntityName.xmllang"}),
         columns);
  const std::vector<std::string> authority = {
      ".ValidationAuthorityID", ".OtherValidationAuthorityID", ".ValidationAuthorityEntityID"};
  Append(With("Registration.", {"InitialRegistrationDate", "LastUpdateDate", "RegistrationStatus",
                                "NextRenewalDate", "ManagingLOU", "ValidationSources"}),
         columns);
  Append(With("Registration.ValidationAuthority", authority), columns);
  for (int i = 1; i <= kPlaces; ++i) {
    Append(
        With(absl::StrCat("Registration.OtherValidationAuthorities.OtherValidationAuthority.", i),
             authority),
        columns);
  }
}

const std::vector<std::string>& Columns() {
  static const auto* const kColumns = [] {
    auto* columns = new std::vector<std::string>;
    AppendNames(columns);
    AppendAddresses(columns);
    AppendRest(columns);
    return columns;
  }();
  return *kColumns;
}

// A row under way: cells by name, empty where nothing is set.
class Cells {
 public:
  Cells() : values_(Columns().size()) {}
  void Set(const std::string& column, std::string value) {
    values_[Places().at(column)] = std::move(value);
  }
  void SetAddress(const std::string& prefix, uint32_t number, const std::string& country) {
    Set(prefix + ".FirstAddressLine", absl::StrFormat("%d Invented Industrial Road", number % 900));
    Set(prefix + ".AdditionalAddressLine.1", absl::StrFormat("Building %d", number % 40));
    Set(prefix + ".City", absl::StrFormat("Invented Town %d", number % 5000));
    Set(prefix + ".Country", country);
    Set(prefix + ".PostalCode", absl::StrFormat("%05d", number % 100000));
  }
  std::string Row() const { return absl::StrCat("\"", absl::StrJoin(values_, "\",\""), "\"\n"); }

 private:
  static const std::map<std::string, size_t>& Places() {
    static const auto* const kPlacesByName = [] {
      auto* places = new std::map<std::string, size_t>;
      for (size_t i = 0; i < Columns().size(); ++i) places->emplace(Columns()[i], i);
      return places;
    }();
    return *kPlacesByName;
  }
  std::vector<std::string> values_;
};

// "04830352" of "GB-COH:04830352".
std::string ValueOf(const std::string& identifier) {
  return identifier.substr(identifier.find(':') + 1);
}

}  // namespace

std::string GoldenCopyHeader() {
  return absl::StrCat("\"", absl::StrJoin(Columns(), "\",\""), "\"\n");
}

std::string GoldenCopyRow(uint32_t number) {
  const std::string registered = RegisterNumberOf(number);
  const std::string country = registered.substr(0, 2);
  Cells cells;
  cells.Set("LEI", ValueOf(LeiOf(number)));
  cells.Set("Entity.LegalName", NameOf(number));
  cells.Set("Entity.LegalName.xmllang", "en");
  if (number % 4 == 0) {
    cells.Set("Entity.OtherEntityNames.OtherEntityName.1", NameOf(number + 1));
    cells.Set("Entity.OtherEntityNames.OtherEntityName.1.xmllang", "en");
    cells.Set("Entity.OtherEntityNames.OtherEntityName.1.type", "PREVIOUS_LEGAL_NAME");
  }
  cells.SetAddress("Entity.LegalAddress", number, country);
  cells.SetAddress("Entity.HeadquartersAddress", number + 7, country);
  cells.Set("Entity.RegistrationAuthority.RegistrationAuthorityID",
            country == "GB" ? "RA000585" : absl::StrFormat("RA%06d", 100 + number % 500));
  cells.Set("Entity.RegistrationAuthority.RegistrationAuthorityEntityID", ValueOf(registered));
  cells.Set("Entity.LegalJurisdiction", country);
  cells.Set("Entity.EntityCategory", "GENERAL");
  cells.Set("Entity.LegalForm.EntityLegalFormCode", "8888");
  cells.Set("Entity.EntityStatus", "ACTIVE");
  cells.Set("Registration.InitialRegistrationDate", "2018-03-01T10:00:00.000Z");
  cells.Set("Registration.LastUpdateDate", "2026-05-01T10:00:00.000Z");
  cells.Set("Registration.RegistrationStatus", number % 3 == 0 ? "LAPSED" : "ISSUED");
  cells.Set("Registration.NextRenewalDate", "2027-05-01T10:00:00.000Z");
  cells.Set("Registration.ManagingLOU", "5299000J2N45DDNE4Y28");
  cells.Set("Registration.ValidationSources", "FULLY_CORROBORATED");
  return cells.Row();
}

}  // namespace probity::benchmarks
