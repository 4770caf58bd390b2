// Vendor entries from upsert to answer: what makes them certain, what opens them
// again, and what they survive.
#include "screening/vendors.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/vendor_entry.h"
#include "storage/change_set.h"
#include "storage/memory/in_memory_store.h"
#include "storage/own_datasets.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using policy::Parse;
using storage::testing::TestLoad;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kAuthority[] = "authorities/a";

class VendorsTest : public ::testing::Test {
 protected:
  VendorsTest() : identifiers_(TestIdentifiers()), store_(identifiers_, "0123456789abcdef") {
    for (const char* id : {"reg", "reg2"}) {
      EXPECT_TRUE(
          storage::testing::CreateDataset(&store_, id, v1::ABSENCE_MODE_RETRACTED, "").ok());
    }
    Put("reg", Firm("kiln", "01234567"));
    Put("reg", Firm("mill", "04830352"));
    auto own = storage::NewDatasetChangeSet(
        *View(), storage::OwnDataset(v1::DATASET_KIND_VENDORS, kAuthority));
    EXPECT_TRUE(store_.Publish(*own, {}).ok());
  }

  // A firm with company numbers.
  static std::string Firm(const std::string& key, const std::string& number,
                          const std::string& more = "") {
    return "key: '" + key + "' supplier { names { text: '" + key +
           "' } identifiers { scheme: 'GB-COH' value: '" + number + "' } " + more + " }";
  }
  static std::string Lei(const std::string& value) {
    return "identifiers { scheme: 'XI-LEI' value: '" + value + "' }";
  }
  static std::string Named(const std::string& key) { return "datasets/reg/records/" + key; }

  std::shared_ptr<const storage::View> View() const { return store_.Head(kAuthority); }

  void Load(const std::string& dataset, std::vector<v1::Record> records,
            std::vector<std::string> removed) {
    TestLoad load{dataset};
    load.authority = kAuthority;
    load.mode = v1::LOAD_MODE_DELTA;
    load.records = std::move(records);
    load.removed = std::move(removed);
    auto view = storage::testing::Load(&store_, load);
    ASSERT_TRUE(view.ok()) << view.status();
  }
  void Put(const std::string& dataset, const std::string& record) {
    Load(dataset, {Parse<v1::Record>(record)}, {});
  }
  void Remove(const std::string& dataset, const std::string& key) { Load(dataset, {}, {key}); }

  // Stores what an upsert makes of "number { system: 'S' number: '7' }" and `entry`.
  absl::StatusOr<v1::Vendor> Make(const std::string& entry, const std::string& who = "ann") {
    const auto asked = Parse<v1::Vendor>("number { system: 'S' number: '7' } " + entry);
    auto before = FindVendor(*View(), asked.number());
    if (!before.ok()) return before.status();
    SetBy set_by{who, {}};
    set_by.at.set_seconds(++clock_);
    auto made = MakeVendorEntry(*View(), identifiers_, asked, *before, set_by);
    if (!made.ok()) return made.status();
    v1::Record record;
    record.set_key(storage::VendorKey(asked.number()));
    *record.mutable_vendor() = *made;
    Load(VendorDataset(*View()), {record}, {});
    return made;
  }
  Subject Weigh(const std::string& number = "7") {
    v1::VendorNumber asked;
    asked.set_system("S");
    asked.set_number(number);
    auto subject = ResolveVendor(*View(), identifiers_, asked, "vendor");
    EXPECT_TRUE(subject.ok()) << subject.status();
    return *std::move(subject);
  }
  std::string SupplierOf(const std::string& key) {
    return (*View()->SupplierOf({"reg", key}).value()).name;
  }

  static std::string Coh(const std::string& number) {
    return "identifier { scheme: 'GB-COH' value: '" + number + "' } ";
  }

  const IdentifierCatalogue identifiers_;
  storage::InMemoryStore store_;
  int clock_ = 0;
};

// What the entry is worth at once.
TEST_F(VendorsTest, OnlyAnIdentifierOfOneSupplierOrAPersonsWordIsCertain) {
  Put("reg",
      "key: 'vat-a' supplier { names { text: 'A' } identifiers { scheme: 'EU-VAT-DE' "
      "value: '123456789' } }");
  struct Case {
    std::string entry;
    v1::VendorBasis basis;
    v1::VendorState state;
    v1::LookupOutcome outcome;
  };
  const std::string kiln = "source_record: '" + Named("kiln") + "' ";
  for (const Case& one : std::vector<Case>{
           {"", v1::VENDOR_BASIS_ASSERTED, v1::VENDOR_STATE_ASSERTED, v1::LOOKUP_OUTCOME_NOT_FOUND},
           {Coh("1234567"), v1::VENDOR_BASIS_IDENTIFIER_MATCH, v1::VENDOR_STATE_CONFIRMED,
            v1::LOOKUP_OUTCOME_FOUND},
           {Coh("00000009"), v1::VENDOR_BASIS_ASSERTED, v1::VENDOR_STATE_ASSERTED,
            v1::LOOKUP_OUTCOME_NOT_FOUND},
           // A scheme whose values may be shared leads to somebody, but not for certain.
           {"identifier { scheme: 'EU-VAT-DE' value: '123456789' }", v1::VENDOR_BASIS_ASSERTED,
            v1::VENDOR_STATE_ASSERTED, v1::LOOKUP_OUTCOME_FOUND},
           {kiln, v1::VENDOR_BASIS_ASSERTED, v1::VENDOR_STATE_ASSERTED, v1::LOOKUP_OUTCOME_FOUND},
           {kiln + "confirmed: true", v1::VENDOR_BASIS_HUMAN_CONFIRMED, v1::VENDOR_STATE_CONFIRMED,
            v1::LOOKUP_OUTCOME_FOUND},
           {"supplier: '" + SupplierOf("kiln") + "' confirmed: true " + Coh("01234567"),
            v1::VENDOR_BASIS_HUMAN_CONFIRMED, v1::VENDOR_STATE_CONFIRMED,
            v1::LOOKUP_OUTCOME_FOUND}}) {
    SCOPED_TRACE(one.entry);
    ASSERT_TRUE(Make(one.entry).ok());
    const Subject subject = Weigh();
    EXPECT_EQ(subject.vendor->basis(), one.basis);
    EXPECT_EQ(subject.vendor->state(), one.state);
    EXPECT_EQ(subject.resolution.outcome(), one.outcome);
    Remove(VendorDataset(*View()), "S||7");
  }
}

TEST_F(VendorsTest, AnUnknownNumberNamesNobody) {
  const Subject subject = Weigh("8");
  EXPECT_EQ(subject.vendor->state(), v1::VENDOR_STATE_NOT_FOUND);
  EXPECT_EQ(subject.resolution.outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
  EXPECT_THAT(subject.terms, IsEmpty());
}

// A register that is loaded later counts without another upsert.
TEST_F(VendorsTest, AnIdentifierCountsFromWhenSomebodyCarriesIt) {
  ASSERT_TRUE(Make(Coh("00000009")).ok());
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_ASSERTED);
  Put("reg2", Firm("late", "00000009"));
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_CONFIRMED);
  EXPECT_EQ(Weigh().vendor->basis(), v1::VENDOR_BASIS_IDENTIFIER_MATCH);
}

TEST_F(VendorsTest, EntriesFollowAMergeAndReopenOnASplit) {
  constexpr char kLei[] = "529900T8BM49AURSDO55";
  Put("reg", Firm("kiln", "01234567", Lei(kLei)));
  Put("reg2", "key: 'twin' supplier { names { text: 'twin' } " + Lei(kLei) + " }");
  const std::string merged = SupplierOf("kiln");
  ASSERT_TRUE(Make("supplier: '" + merged + "' confirmed: true").ok());
  EXPECT_THAT(Weigh().vendor->bound_records(),
              UnorderedElementsAre(Named("kiln"), "datasets/reg2/records/twin"));
  // A third record joins: the entry follows.
  Put("reg2", "key: 'third' supplier { names { text: 'third' } " + Lei(kLei) + " }");
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_CONFIRMED);
  EXPECT_EQ(Weigh().suppliers.size(), 3u);
  // What joined the records goes.
  Put("reg", Firm("kiln", "01234567"));
  const Subject parted = Weigh();
  EXPECT_EQ(parted.vendor->state(), v1::VENDOR_STATE_REOPENED);
  EXPECT_EQ(parted.vendor->reopening(), v1::VENDOR_REOPENING_SPLIT);
  EXPECT_TRUE(parted.IsAmbiguous());
  EXPECT_EQ(parted.vendor->suppliers_size(), 2);
  // Nobody closes it by repeating what was said before.
  ASSERT_TRUE(Make("supplier: '" + merged + "'").ok());
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_REOPENED);
  // A person does.
  ASSERT_TRUE(Make("source_record: '" + Named("kiln") + "' confirmed: true", "bob").ok());
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_CONFIRMED);
  EXPECT_EQ(Weigh().vendor->set_by(), "bob");
}

TEST_F(VendorsTest, EntriesReopenWhenTheirRecordIsGone) {
  ASSERT_TRUE(Make("source_record: '" + Named("kiln") + "' confirmed: true").ok());
  Remove("reg", "kiln");
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_REOPENED);
  EXPECT_EQ(Weigh().vendor->reopening(), v1::VENDOR_REOPENING_RECORD_GONE);
  Put("reg", Firm("kiln", "01234567"));
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_CONFIRMED);
}

TEST_F(VendorsTest, AnIdentifierThatLeadsElsewhereReopensAndNoImportClosesIt) {
  ASSERT_TRUE(Make(Coh("01234567")).ok());
  Put("reg", Firm("kiln", "07654321"));
  EXPECT_EQ(Weigh().vendor->reopening(), v1::VENDOR_REOPENING_RECORD_GONE);
  Put("reg2", Firm("heir", "01234567"));
  EXPECT_EQ(Weigh().vendor->reopening(), v1::VENDOR_REOPENING_MOVED);
  ASSERT_TRUE(Make(Coh("01234567")).ok());
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_REOPENED);
  ASSERT_TRUE(
      Make(Coh("01234567") + "source_record: 'datasets/reg2/records/heir' confirmed: true").ok());
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_CONFIRMED);
  // The register corrects itself: what the person said no longer fits the number.
  Put("reg2", Firm("heir", "00000011"));
  Put("reg", Firm("kiln", "01234567"));
  EXPECT_EQ(Weigh().vendor->reopening(), v1::VENDOR_REOPENING_MOVED);
}

// The nightly import of a system knows nothing of what people confirmed here.
TEST_F(VendorsTest, AnImportKeepsWhatSomebodyConfirmed) {
  auto first = Make("display_name: 'Kiln' source_record: '" + Named("kiln") + "' confirmed: true");
  ASSERT_TRUE(first.ok());
  auto again = Make("display_name: 'Kiln'", "erp");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(CanonicalBytes(*again), CanonicalBytes(*first)) << again->DebugString();
  auto renamed = Make("display_name: 'Kiln Ltd' country: 'GB'", "erp");
  ASSERT_TRUE(renamed.ok());
  EXPECT_EQ(renamed->set_by(), "erp");
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_CONFIRMED);
  EXPECT_EQ(Weigh().vendor->country(), "GB");
  // Another target is another statement, which nobody confirmed.
  ASSERT_TRUE(Make("source_record: '" + Named("mill") + "'", "erp").ok());
  EXPECT_EQ(Weigh().vendor->state(), v1::VENDOR_STATE_ASSERTED);
  EXPECT_EQ(Weigh().vendor->suppliers(0), SupplierOf("mill"));
}

TEST_F(VendorsTest, WhatIsWrongIsNamed) {
  struct Case {
    std::string entry;
    v1::ErrorReason reason;
    std::string field;
  };
  for (const Case& one : std::vector<Case>{
           {"country: 'Britain'", v1::ERROR_REASON_INVALID_FIELD, "country"},
           {"confirmed: true", v1::ERROR_REASON_INVALID_FIELD, "confirmed"},
           {"confirmed: true " + Coh("01234567"), v1::ERROR_REASON_INVALID_FIELD, "confirmed"},
           {"identifier { scheme: 'NO SCHEME' value: '1' }",
            v1::ERROR_REASON_UNKNOWN_IDENTIFIER_SCHEME, "identifier.value"},
           {"source_record: 'kiln'", v1::ERROR_REASON_INVALID_FIELD, "source_record"},
           {"source_record: 'datasets/reg/records/none'", v1::ERROR_REASON_RECORD_NOT_FOUND, ""},
           {"supplier: 'suppliers/0000'", v1::ERROR_REASON_SUPPLIER_NOT_FOUND, ""},
           {"supplier: '0000'", v1::ERROR_REASON_INVALID_FIELD, "supplier"},
           {"source_record: '" + Named("mill") + "' " + Coh("01234567"),
            v1::ERROR_REASON_INVALID_FIELD, "identifier"},
           {"display_name: '" + std::string(1001, 'x') + "'", v1::ERROR_REASON_LIMIT_EXCEEDED,
            "display_name"}}) {
    SCOPED_TRACE(one.entry);
    const absl::Status status = Make(one.entry).status();
    EXPECT_EQ(ReasonOf(status), one.reason) << status;
    if (!one.field.empty()) {
      EXPECT_EQ(MetadataOf(status)["field"], one.field);
    }
  }
}

TEST(VendorNumberTest, NumbersAreTextAndKeysTellThemApart) {
  const auto number = [](const std::string& text) { return Parse<v1::VendorNumber>(text); };
  std::set<std::string> keys;
  const std::vector<std::string> all = {"system: 'S' number: '7'",
                                        "system: 'S' number: '007'",
                                        "system: 'S' company_code: '7' number: '1'",
                                        "system: 'S|7' number: '1'",
                                        "system: 'S' number: '7|1'",
                                        "system: 'S%7C7' number: '1'",
                                        "system: 's' number: '7'"};
  for (const std::string& one : all) {
    EXPECT_TRUE(ValidateVendorNumber(number(one), "vendor").ok()) << one;
    keys.insert(storage::VendorKey(number(one)));
  }
  EXPECT_EQ(keys.size(), all.size());
  EXPECT_EQ(storage::VendorKey(number("system: 'S' number: '007'")), "S||007");
  const std::string long_number(129, '1');
  for (const std::string& one :
       {std::string("number: '7'"), std::string("system: 'S'"),
        std::string("system: 'S ' number: '7'"), std::string("system: 'S' number: ' 7'"),
        std::string("system: 'S' number: '7\\n8'"), "system: 'S' number: '" + long_number + "'",
        "system: '" + long_number.substr(0, 65) + "' number: '7'",
        "system: 'S' number: '7' company_code: '" + long_number.substr(0, 65) + "'"}) {
    EXPECT_FALSE(ValidateVendorNumber(number(one), "vendor").ok()) << one;
  }
  EXPECT_TRUE(ValidateVendorNumber(
                  number("system: 'S' number: '" + long_number.substr(0, 128) + "'"), "vendor")
                  .ok());
}

}  // namespace
}  // namespace probity::screening
