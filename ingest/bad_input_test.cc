// Bad files, for every format alike: what is refused, what is said about it,
// and that nothing of it is stored.
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/rejected_rows.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Workshop;

constexpr char kMapping[] = R"(
  record_type: "certification" key_columns: "no"
  columns { column: "holder" field: "holder" }
  columns { column: "from" field: "issued_on" }
  columns { column: "to" field: "expires_on" }
  constants { field: "scheme" value: "SA8000" }
)";

// How a format writes rows that are well, and rows that are not.
struct FormatSample {
  const char* format;
  std::string head;        // header line or root element
  std::string row;         // a row that is well
  std::string other;       // another, with its own key
  std::string tail;        // behind the last row
  std::string not_utf8;    // a row
  std::string bad_date;    // a row with a day that does not exist; empty: none can be written
  std::string expired;     // a certificate that expires before it is issued
  std::string bad_scheme;  // a row with an identifier scheme that is not known
  size_t records = 1;      // made of a row
  bool merges = false;     // rows with one key are one record
};

std::string JsonCertification(const std::string& key, const std::string& rest) {
  return "{\"key\":\"" + key + "\",\"certification\":{\"schemeId\":\"SA8000\"" + rest + "}}\n";
}

const FormatSample kJsonl = {
    "probity-jsonl",
    "",
    JsonCertification("1", ""),
    JsonCertification("2", ""),
    "",
    JsonCertification("\xff", ""),
    JsonCertification("3", R"(,"issuedOn":{"year":2023,"month":2,"day":30})"),
    JsonCertification("3", R"(,"issuedOn":{"year":2024},"expiresOn":{"year":2023})"),
    JsonCertification("3", R"(,"holder":{"identifier":{"scheme":"PLANET","value":"1"}})")};

const FormatSample kCsv = {"probity-csv",
                           "record_type,key,scheme,holder,issued_on,expires_on\n",
                           "certification,1,SA8000,,,\n",
                           "certification,2,SA8000,,,\n",
                           "",
                           "certification,\xff,SA8000,,,\n",
                           "certification,3,SA8000,,2023-02-30,\n",
                           "certification,3,SA8000,,2024-05-02,2024-05-01\n",
                           "certification,3,SA8000,PLANET:1,,\n"};

const FormatSample kMapped = {
    "mapped-csv",       "no,holder,from,to\n",        "1,,,\n",        "2,,,\n", "", "\xff,,,\n",
    "3,,2023-02-30,\n", "3,,2024-05-02,2024-05-01\n", "3,PLANET:1,,\n"};

constexpr char kGleifTail[] = ",N,DE,ACTIVE,ISSUED,";
std::string Lei(const std::string& lei, const std::string& created_and_authority) {
  return lei + kGleifTail + created_and_authority + ",1\n";
}
const FormatSample kGleif = {"gleif-csv",
                             "LEI,Entity.LegalName,Entity.LegalAddress.Country,Entity.EntityStatus,"
                             "Registration.RegistrationStatus,Entity.EntityCreationDate,"
                             "Entity.RegistrationAuthority.RegistrationAuthorityID,"
                             "Entity.RegistrationAuthority.RegistrationAuthorityEntityID\n",
                             Lei("529900T8BM49AURSDO55", ","),
                             Lei("529900W18LQJJN6SJ336", ","),
                             "",
                             Lei("\xff", ","),
                             Lei("5493001KJTIIGC8Y1R12", "2023-02-30,"),
                             "",
                             Lei("5493001KJTIIGC8Y1R12", ",a register")};

std::string GoodFrom(const std::string& country) {
  return "<Good><Good_Name>Cotton</Good_Name><Countries><Country><Country_Name>" + country +
         "</Country_Name><Child_Labor>Yes</Child_Labor></Country></Countries></Good>\n";
}
const FormatSample kDol = {"dol-goods-xml",
                           "<Goods>\n",
                           GoodFrom("India"),
                           GoodFrom("China"),
                           "</Goods>\n",
                           "",
                           "",
                           "",
                           ""};

std::string Listed(const std::string& reference, const std::string& day) {
  return "<ENTITY><REFERENCE_NUMBER>" + reference +
         "</REFERENCE_NUMBER><FIRST_NAME>X</FIRST_NAME>" + "<LISTED_ON>" + day +
         "</LISTED_ON></ENTITY>\n";
}
const FormatSample kUn = {"un-xml",
                          "<CONSOLIDATED_LIST><ENTITIES>\n\n",
                          Listed("XXe.001", "2020-01-01"),
                          Listed("XXe.002", "2020-01-01"),
                          "</ENTITIES></CONSOLIDATED_LIST>\n",
                          "",
                          Listed("XXe.003", "2023-02-30"),
                          "",
                          "",
                          2};

std::string Company(const std::string& id) {
  return "{\"id\":\"" + id + "\",\"schema\":\"Company\",\"properties\":{\"name\":[\"X\"]}}\n";
}
const FormatSample kFtm = {"ftm-jsonl", "", Company("1"), Company("2"), "", Company("\xff"), "",
                           "",          ""};

std::string Released(const std::string& ocid) {
  return "{\"ocid\":\"" + ocid +
         "\",\"parties\":[{\"id\":\"1\",\"name\":\"X\",\"roles\":[\"supplier\"]}]},\n";
}
const FormatSample kOcds = {"ocds-json",
                            "{\"releases\":[\n\n",
                            Released("1"),
                            Released("2"),
                            "]}",
                            Released("\xff"),
                            "",
                            "",
                            "",
                            1,
                            true};

std::string Credential(const std::string& id, const std::string& rest,
                       const std::string& scheme = "SA8000") {
  return "{\"type\":\"DigitalConformityCredential\",\"id\":\"" + id + "\"" + rest +
         ",\"credentialSubject\":{\"scope\":{\"name\":\"" + scheme +
         "\"},\"issuedToParty\":{\"registeredId\":\"04830352\",\"idScheme\":{\"name\":\"GB-COH\"}}}"
         "}\n";
}
const FormatSample kUntp = {
    "untp-dcc-json",
    "",
    Credential("1", ""),
    Credential("2", ""),
    "",
    Credential("\xff", ""),
    Credential("3", ",\"validFrom\":\"2023-02-30\""),
    Credential("3", ",\"validFrom\":\"2024-05-02\",\"validUntil\":\"2024-05-01\""),
    Credential("3", "", "PLANET")};

const std::vector<FormatSample>& AllSamples() {
  static const auto* const kAll =
      new std::vector<FormatSample>{kJsonl, kCsv, kMapped, kGleif, kDol, kUn, kFtm, kOcds, kUntp};
  return *kAll;
}

class BadInputTest : public ::testing::TestWithParam<FormatSample> {
 protected:
  void SetUp() override {
    ASSERT_EQ(storage::testing::CreateDataset(&store_, "d", v1::ABSENCE_MODE_RETRACTED),
              absl::OkStatus());
  }

  absl::Status Load(const std::string& text, const std::string& dataset = "d") {
    std::vector<InputFile> files = {workshop_.Write("f", text)};
    if (GetParam().format == std::string("mapped-csv")) {
      files.push_back(workshop_.Write("m", kMapping, v1::FILE_ROLE_MAPPING));
    }
    storage::LoadSpec spec;
    spec.dataset = dataset;
    const LoadFiles load{FindFormat(GetParam().format).value(), files, workshop_.directory(),
                         workshop_.directory() + "/rejected"};
    LoadProgress progress;
    auto changes = BuildChangeSet(workshop_.tables(), *store_.Head(""), spec, load, &progress);
    if (!changes.ok()) return changes.status();
    counts_ = changes->header.counts();
    absl::Status judged = testing::Judged(*store_.Head(""), spec, counts_, progress);
    if (judged.ok()) return store_.Publish(*changes, {}).status();
    std::filesystem::remove(changes->path);
    return judged;
  }

  // The load fails, leaves nothing behind, and says which file it was.
  void ExpectRefused(const std::string& text, v1::ErrorReason reason) {
    const absl::Status status = Load(text);
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("f:"));
    EXPECT_EQ(store_.Head("")->FindDataset("d")->record_count(), 0u);
    for (const auto& entry : std::filesystem::directory_iterator(workshop_.directory())) {
      const std::string name = entry.path().filename();
      EXPECT_TRUE(name == "f" || name == "m" || name == "rejected") << name << " was left";
    }
  }

  // A bad row behind a good one is refused on record, with its line.
  void ExpectRowRefused(const std::string& row, v1::ErrorReason reason, const char* column) {
    if (row.empty()) return;  // the format cannot write such a row
    ASSERT_EQ(ReasonOf(Load(GetParam().head + GetParam().row + row + GetParam().tail)),
              v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS);
    bool more = false;
    const auto rejected = ReadRejected(workshop_.directory() + "/rejected", 0, 9, &more);
    ASSERT_GE(rejected->size(), 1u);
    const v1::RejectedRecord& refused = rejected->front();
    EXPECT_EQ(refused.reason(), reason) << refused.message();
    EXPECT_THAT(refused.column(), HasSubstr(column));
    EXPECT_EQ(refused.file_name(), "f");
    EXPECT_EQ(refused.line(),
              2u + std::count(GetParam().head.begin(), GetParam().head.end(), '\n'));
    EXPECT_THAT(refused.message(), Not(IsEmpty()));
    EXPECT_THAT(refused.raw(), Not(IsEmpty()));
    EXPECT_EQ(store_.Head("")->FindDataset("d")->record_count(), 0u);
  }

  Workshop workshop_;
  storage::InMemoryStore store_{workshop_.identifiers(), "fedcba9876543210"};
  v1::LoadCounts counts_;
};

TEST_P(BadInputTest, GoodRowsAreKept) {
  ASSERT_EQ(Load(GetParam().head + GetParam().row + GetParam().other + GetParam().tail),
            absl::OkStatus());
  EXPECT_EQ(counts_.added(), 2 * GetParam().records);
}

TEST_P(BadInputTest, UnknownDataset) {
  EXPECT_EQ(ReasonOf(Load(GetParam().head + GetParam().row + GetParam().tail, "none")),
            v1::ERROR_REASON_DATASET_NOT_FOUND);
}

TEST_P(BadInputTest, EmptyFile) { ExpectRefused("", v1::ERROR_REASON_EMPTY_FILE); }

TEST_P(BadInputTest, NoRows) {
  ExpectRefused(GetParam().head.empty() ? "\n\n" : GetParam().head + GetParam().tail,
                v1::ERROR_REASON_EMPTY_FILE);
}

TEST_P(BadInputTest, CutInTheMiddle) {
  const std::string whole = GetParam().head + GetParam().row + GetParam().other;
  ExpectRefused(whole.substr(0, whole.size() - GetParam().other.size() / 2),
                v1::ERROR_REASON_TRUNCATED_FILE);
}

TEST_P(BadInputTest, DuplicateKeys) {
  if (GetParam().merges) return;
  ExpectRowRefused(GetParam().row, v1::ERROR_REASON_ROW_KEY_DUPLICATE, "key");
}

TEST_P(BadInputTest, NotUtf8) {
  ExpectRowRefused(GetParam().not_utf8, v1::ERROR_REASON_ROW_ENCODING, "");
}

TEST_P(BadInputTest, DateThatDoesNotExist) {
  ExpectRowRefused(GetParam().bad_date, v1::ERROR_REASON_ROW_DATE, "");
}

TEST_P(BadInputTest, CertificateThatExpiresBeforeItIsIssued) {
  ExpectRowRefused(GetParam().expired, v1::ERROR_REASON_ROW_DATE_ORDER, "certification.expires_on");
}

TEST_P(BadInputTest, UnknownIdentifierScheme) {
  ExpectRowRefused(GetParam().bad_scheme, v1::ERROR_REASON_ROW_UNKNOWN_SCHEME, "");
}

TEST_P(BadInputTest, AFileThatIsGone) {
  testing::CollectingSink sink;
  std::vector<InputFile> files = {{workshop_.directory() + "/gone", "f", v1::FILE_ROLE_DATA},
                                  workshop_.Write("m", kMapping, v1::FILE_ROLE_MAPPING)};
  if (GetParam().format != std::string("mapped-csv")) files.pop_back();
  const absl::Status status = workshop_.Read(GetParam().format, files, &sink);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
}

INSTANTIATE_TEST_SUITE_P(All, BadInputTest, ::testing::ValuesIn(AllSamples()),
                         [](const auto& test) {
                           std::string name = test.param.format;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

TEST(BadInput, EveryFormatIsTried) {
  // Takes several files together, and has bad ones of its own: ofac_csv_test.cc.
  std::set<absl::string_view> tried = {"ofac-csv"}, all;
  for (const FormatSample& sample : AllSamples()) tried.insert(sample.format);
  for (const Format& format : Formats()) all.insert(format.name);
  EXPECT_EQ(tried, all);
}

}  // namespace
}  // namespace probity::ingest
