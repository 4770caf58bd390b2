#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ingest/gleif.h"

namespace probity::ingest::gleif {
namespace {

constexpr char kLei[] = "XI-LEI";
// Repeated groups have five places in a golden copy.
constexpr int kPlaces = 5;

// Placeholders of GLEIF for "no register" and "not on the list yet".
bool NamesARegister(absl::string_view authority) {
  return !authority.empty() && authority != "RA999999" && authority != "RA888888";
}

// Records that are no entity of their own carry the register number of the one
// that is; there it must not make a lookup ambiguous.
bool StandsForAnother(v1::RegistrationStatus status) {
  return status == v1::REGISTRATION_STATUS_DUPLICATE || status == v1::REGISTRATION_STATUS_ANNULLED;
}

v1::NameType TypeOfName(absl::string_view type) {
  if (type == "AUTO_ASCII_TRANSLITERATED_LEGAL_NAME") {
    return v1::NAME_TYPE_AUTO_ASCII_TRANSLITERATED_NAME;
  }
  if (type == "PREFERRED_ASCII_TRANSLITERATED_LEGAL_NAME") {
    return v1::NAME_TYPE_PREFERRED_ASCII_TRANSLITERATED_NAME;
  }
  const int number = EnumNumber<v1::NameType>(&v1::NameType_Parse, "NAME_TYPE_", type);
  return number < 0 ? v1::NAME_TYPE_UNSPECIFIED : static_cast<v1::NameType>(number);
}

// GENERAL says nothing: firms, charities and associations alike hold LEIs.
v1::PartyKind KindOf(absl::string_view category) {
  if (category == "FUND" || category == "BRANCH") return v1::PARTY_KIND_COMPANY;
  if (category == "SOLE_PROPRIETOR") return v1::PARTY_KIND_PERSON;
  if (category == "RESIDENT_GOVERNMENT_ENTITY") return v1::PARTY_KIND_PUBLIC_BODY;
  if (category == "INTERNATIONAL_ORGANIZATION") return v1::PARTY_KIND_ORGANIZATION;
  return v1::PARTY_KIND_UNSPECIFIED;
}

// Makes suppliers of the rows of one file.
class Entities {
 public:
  Entities(const RegisterSchemes& schemes, const Columns& columns, RowSink* sink)
      : schemes_(schemes), sink_(sink) {
    FindSingle(columns);
    AddName(columns, "Entity.LegalName");
    for (int i = 1; i <= kPlaces; ++i) {
      AddName(columns, absl::StrCat("Entity.OtherEntityNames.OtherEntityName.", i));
      AddName(columns, absl::StrCat("Entity.TransliteratedOtherEntityNames."
                                    "TransliteratedOtherEntityName.",
                                    i));
      successors_.push_back(
          columns.Find(absl::StrCat("Entity.SuccessorEntity.", i, ".SuccessorLEI")));
    }
    AddAddress(columns, "Entity.LegalAddress");
    AddAddress(columns, "Entity.HeadquartersAddress");
    for (int i = 1; i <= kPlaces; ++i) {
      AddAddress(columns, absl::StrCat("Entity.OtherAddresses.OtherAddress.", i));
      AddAddress(columns, absl::StrCat("Entity.TransliteratedOtherAddresses."
                                       "TransliteratedOtherAddress.",
                                       i));
    }
  }

  absl::Status Take(const Row& row, const CsvReader::Values& values) {
    record_.Clear();
    record_.set_key(std::string(Cell(values, lei_)));
    std::optional<RowFault> fault = Fill(values, record_.mutable_supplier());
    return fault.has_value() ? sink_->Refuse(row, *fault) : sink_->Accept(row, &record_);
  }

 private:
  struct NameColumns {
    size_t text, language, type;
  };
  struct AddressColumns {
    std::vector<size_t> lines;
    size_t city, region, postal_code, country;
  };

  void FindSingle(const Columns& columns) {
    lei_ = columns.Find("LEI");
    category_ = columns.Find("Entity.EntityCategory");
    authority_ = columns.Find("Entity.RegistrationAuthority.RegistrationAuthorityID");
    number_ = columns.Find("Entity.RegistrationAuthority.RegistrationAuthorityEntityID");
    jurisdiction_ = columns.Find("Entity.LegalJurisdiction");
    elf_ = columns.Find("Entity.LegalForm.EntityLegalFormCode");
    other_form_ = columns.Find("Entity.LegalForm.OtherLegalForm");
    status_ = columns.Find("Entity.EntityStatus");
    created_ = columns.Find("Entity.EntityCreationDate");
    ended_ = columns.Find("Entity.EntityExpirationDate");
    registration_ = columns.Find("Registration.RegistrationStatus");
    validation_ = columns.Find("Registration.ValidationSources");
    successors_ = {columns.Find("Entity.SuccessorEntity.SuccessorLEI")};
  }

  void AddName(const Columns& columns, const std::string& column) {
    names_.push_back(
        {columns.Find(column), columns.Find(column + ".xmllang"), columns.Find(column + ".type")});
  }

  // The first line holds number and building too; the columns that repeat them
  // by themselves are passed over.
  void AddAddress(const Columns& columns, const std::string& prefix) {
    AddressColumns address;
    for (const char* line :
         {".FirstAddressLine", ".AdditionalAddressLine.1", ".AdditionalAddressLine.2",
          ".AdditionalAddressLine.3", ".MailRouting"}) {
      address.lines.push_back(columns.Find(prefix + line));
    }
    address.city = columns.Find(prefix + ".City");
    address.region = columns.Find(prefix + ".Region");
    address.postal_code = columns.Find(prefix + ".PostalCode");
    address.country = columns.Find(prefix + ".Country");
    if (address.country != Columns::kAbsent) addresses_.push_back(std::move(address));
  }

  std::optional<RowFault> Fill(const CsvReader::Values& values, v1::SupplierRecord* supplier) {
    if (auto fault = FillStatus(values, supplier); fault.has_value()) return fault;
    FillNames(values, supplier);
    FillIdentifiers(values, supplier);
    for (const AddressColumns& address : addresses_) FillAddress(values, address, supplier);
    supplier->set_kind(KindOf(Cell(values, category_)));
    supplier->set_jurisdiction(std::string(Cell(values, jurisdiction_)));
    if (!Cell(values, elf_).empty()) {
      supplier->mutable_legal_form()->set_elf_code(std::string(Cell(values, elf_)));
      supplier->mutable_legal_form()->set_local_name(std::string(Cell(values, other_form_)));
    }
    if (!ReadDayIfAny(Cell(values, created_), [&] { return supplier->mutable_founded(); })) {
      return NotADay("Entity.EntityCreationDate", Cell(values, created_));
    }
    if (!ReadDayIfAny(Cell(values, ended_), [&] { return supplier->mutable_dissolved(); })) {
      return NotADay("Entity.EntityExpirationDate", Cell(values, ended_));
    }
    return std::nullopt;
  }

  // A status that is not known could be one that voids the record: refused.
  std::optional<RowFault> FillStatus(const CsvReader::Values& values,
                                     v1::SupplierRecord* supplier) const {
    const absl::string_view registration = Cell(values, registration_);
    const int number = EnumNumber<v1::RegistrationStatus>(&v1::RegistrationStatus_Parse,
                                                          "REGISTRATION_STATUS_", registration);
    if (number <= 0) return UnknownValue("Registration.RegistrationStatus", registration);
    supplier->set_registration_status(static_cast<v1::RegistrationStatus>(number));
    supplier->set_registration_scheme(kLei);
    const absl::string_view status = Cell(values, status_);
    const int entity =
        EnumNumber<v1::EntityStatus>(&v1::EntityStatus_Parse, "ENTITY_STATUS_", status);
    if (entity <= 0 && status != "NULL") return UnknownValue("Entity.EntityStatus", status);
    if (entity > 0) supplier->set_status(static_cast<v1::EntityStatus>(entity));
    const int checked = EnumNumber<v1::Corroboration>(&v1::Corroboration_Parse, "CORROBORATION_",
                                                      Cell(values, validation_));
    if (checked > 0) supplier->set_corroboration(static_cast<v1::Corroboration>(checked));
    return std::nullopt;
  }

  void FillNames(const CsvReader::Values& values, v1::SupplierRecord* supplier) const {
    for (const NameColumns& columns : names_) {
      const absl::string_view text = Cell(values, columns.text);
      if (text.empty()) continue;
      v1::Name* name = supplier->add_names();
      name->set_text(std::string(text));
      name->set_language(std::string(Cell(values, columns.language)));
      name->set_type(supplier->names_size() == 1 ? v1::NAME_TYPE_LEGAL_NAME
                                                 : TypeOfName(Cell(values, columns.type)));
    }
  }

  void FillIdentifiers(const CsvReader::Values& values, v1::SupplierRecord* supplier) const {
    v1::Identifier* lei = supplier->add_identifiers();
    lei->set_scheme(kLei);
    lei->set_value(std::string(Cell(values, lei_)));
    const absl::string_view authority = Cell(values, authority_);
    const absl::string_view number = Cell(values, number_);
    if (NamesARegister(authority) && !number.empty()) {
      v1::Identifier* register_number = supplier->add_identifiers();
      register_number->set_scheme(SchemeOf(authority, supplier->registration_status()));
      register_number->set_value(std::string(number));
    }
    FillSuccessor(values, supplier);
  }

  // A register without a scheme of its own here keeps GLEIF's code: the number
  // can be found, but joins nothing, for some registers number umbrella funds.
  std::string SchemeOf(absl::string_view authority, v1::RegistrationStatus status) const {
    const auto known = schemes_.find(authority);
    if (known != schemes_.end() && !StandsForAnother(status)) return known->second;
    return absl::StrCat("XI-", authority);
  }

  // Where several took over, none is the one to follow.
  void FillSuccessor(const CsvReader::Values& values, v1::SupplierRecord* supplier) const {
    for (const size_t at : successors_) {
      const absl::string_view lei = Cell(values, at);
      if (lei.empty()) continue;
      if (supplier->has_successor()) return supplier->clear_successor();
      supplier->mutable_successor()->set_scheme(kLei);
      supplier->mutable_successor()->set_value(std::string(lei));
    }
  }

  static void FillAddress(const CsvReader::Values& values, const AddressColumns& columns,
                          v1::SupplierRecord* supplier) {
    if (Cell(values, columns.country).empty()) return;
    v1::Address address;
    for (const size_t at : columns.lines) {
      if (!Cell(values, at).empty()) address.add_lines(std::string(Cell(values, at)));
    }
    address.set_city(std::string(Cell(values, columns.city)));
    address.set_region(std::string(Cell(values, columns.region)));
    address.set_postal_code(std::string(Cell(values, columns.postal_code)));
    address.set_country(std::string(Cell(values, columns.country)));
    *supplier->add_addresses() = std::move(address);
  }

  const RegisterSchemes& schemes_;
  RowSink* sink_;
  size_t lei_, category_, authority_, number_, jurisdiction_, elf_, other_form_, status_, created_,
      ended_, registration_, validation_;
  std::vector<size_t> successors_;
  std::vector<NameColumns> names_;
  std::vector<AddressColumns> addresses_;
  v1::Record record_;
};

}  // namespace

absl::Status ReadEntities(const RegisterSchemes& schemes, const InputFile& file,
                          const Columns& columns, CsvReader* reader, RowSink* sink) {
  absl::Status complete =
      columns.Require(file, {"LEI", "Entity.LegalName", "Entity.LegalAddress.Country",
                             "Entity.EntityStatus", "Registration.RegistrationStatus"});
  if (!complete.ok()) return complete;
  Entities entities(schemes, columns, sink);
  return reader->ForEach(
      [&](const Row& row, const CsvReader::Values& values) { return entities.Take(row, values); });
}

}  // namespace probity::ingest::gleif
