// Against a real server.
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "probity/client/receipts.h"
#include "world.h"

namespace probity::client {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kSystem[] = "SAP-ПРД";  // not ASCII, as vendor systems are not
constexpr int kVendors = 1250;         // more than a call takes; each seventh is the barred firm
constexpr int kBarred = 179;

template <typename T>
Error Refused(const Result<T>& result, const std::string& reason) {
  if (result.ok()) {
    ADD_FAILURE() << "succeeded instead of " << reason;
    return {};
  }
  EXPECT_EQ(result.error().reason, reason) << result.error().ToString();
  return result.error();
}

std::vector<std::string> Numbers() {
  std::vector<std::string> numbers;
  for (int i = 0; i < kVendors; ++i) {
    const std::string text = std::to_string(i);
    numbers.push_back(std::string(5 - text.size(), '0') + text);
  }
  return numbers;
}

// A vendor as somebody confirmed it.
v1::Vendor Confirmed(const std::string& number, const std::string& record) {
  v1::Vendor vendor;
  vendor.mutable_number()->set_system(kSystem);
  vendor.mutable_number()->set_number(number);
  vendor.set_confirmed(true);
  vendor.set_display_name(record == "bad" ? "Brackish Kilns Ltd" : "Tidewater Stationery Ltd");
  vendor.set_source_record("datasets/reg/records/" + record);
  return vendor;
}

// One server for all of them; in order, the last ones stop and restart it.
class LiveTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new World(World::WithCertificates()); }
  static void TearDownTestSuite() { delete std::exchange(world_, nullptr); }

  // Once, for the tests that need them.
  static void RegisterAll() {
    static bool is_done = false;
    if (std::exchange(is_done, true)) return;
    std::vector<v1::Vendor> vendors;
    for (int i = 0; i < kVendors; ++i) {
      vendors.push_back(Confirmed(Numbers()[i], i % 7 == 0 ? "bad" : "good"));
    }
    std::vector<std::string> results;
    for (const auto& result : world_->ClientOf("erp").RegisterVendors(From(vendors))) {
      ASSERT_TRUE(result.ok()) << result.error().ToString();
      ASSERT_FALSE(ItemFailure(*result).has_value());
      results.push_back(result->number().number());
    }
    EXPECT_EQ(results, Numbers());
  }

  static World* world_;
  const Client client_ = world_->ClientOf("erp");
};

World* LiveTest::world_ = nullptr;

TEST_F(LiveTest, Screening) {
  const auto barred = Screen(client_, Named(kBad, "Brackish Kilns Ltd"));
  EXPECT_FALSE(MayBuy(barred));
  EXPECT_EQ(VerdictName(barred), "BLOCK");
  EXPECT_THAT(Explain(barred), HasSubstr("M-BAR (Invented Act s. 1)"));
  const auto good = Screen(client_, Named(kGood, "Tidewater Stationery Ltd"));
  EXPECT_TRUE(MayBuy(good)) << Explain(good);
  EXPECT_TRUE(MayBuyOn(good, DayFromNow(0)));
  EXPECT_FALSE(MayBuyOn(good, DayFromNow(500 * 365)));
}

TEST_F(LiveTest, ARequestIdIsDecidedOnce) {
  v1::ScreenSupplierRequest request = Asking(Named(kGood, ""));
  request.set_request_id("po-4711");
  const auto first = client_.Call(&Screening::ScreenSupplier, request);
  const auto second = client_.Call(&Screening::ScreenSupplier, request);
  EXPECT_EQ(first->decision().name(), second->decision().name());
  EXPECT_TRUE(second->repeated_request());
  *request.mutable_subject() = Named(kBad, "");
  EXPECT_EQ(
      Refused(client_.Call(&Screening::ScreenSupplier, request), "REQUEST_ID_REUSED").request_id,
      "po-4711");
}

TEST_F(LiveTest, BadInput) {
  const Error nobody = Refused(Screen(client_, {}), "INVALID_FIELD");
  EXPECT_EQ(nobody.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(nobody.metadata.at("field"), HasSubstr("subject"));
  EXPECT_FALSE(nobody.field_violations.empty());
  EXPECT_FALSE(nobody.call_id.empty());
  const Error scheme =
      Refused(Screen(client_, ByIdentifier("XX-WRONG", "1")), "UNKNOWN_IDENTIFIER_SCHEME");
  EXPECT_THAT(scheme.UserMessage(), StartsWith("Probity refused the request"));
  EXPECT_THAT(scheme.UserMessage(), HasSubstr("XX-WRONG"));
  v1::GetSupplierRequest request;
  request.set_name("suppliers/0");
  EXPECT_EQ(Refused(client_.Call(&Suppliers::GetSupplier, request), "SUPPLIER_NOT_FOUND").code,
            StatusCode::NOT_FOUND);
}

TEST_F(LiveTest, NamesOutsideAscii) {
  v1::ScreenedSubject subject;
  subject.set_name("Неизвестное товарищество «Ёж»");
  const auto answer = Screen(client_, subject);
  ASSERT_TRUE(answer.ok()) << answer.error().ToString();
  EXPECT_FALSE(MayBuy(answer));  // who has no number is never clear by a name alone
  EXPECT_FALSE(Screen(client_, Named("\xff", "")).ok());  // no text
  EXPECT_FALSE(Screen(client_, ByIdentifier("ИНН", "1")).ok());
}

TEST_F(LiveTest, Rights) {
  const Client reader = world_->ClientOf("reader");
  EXPECT_TRUE(reader.Call(&Server::GetServerInfo, v1::GetServerInfoRequest()).ok());
  const Error error = Refused(Screen(reader, Named(kGood, "")), "PERMISSION_DENIED");
  EXPECT_EQ(error.metadata.at("permission"), "SCREEN");
  EXPECT_THAT(error.UserMessage(), HasSubstr("the permission SCREEN"));
}

TEST_F(LiveTest, ABudgetIsWaitedForOrTold) {
  const Client poor = world_->ClientOf("poor");
  for (int i = 0; i < 3; ++i) {  // more than it has for a second
    const auto answer = Screen(poor, Named(kGood, ""));
    EXPECT_TRUE(answer.ok()) << answer.error().ToString();
  }
  Options options = world_->OptionsOf("poor");
  options.retries = false;
  const Client hasty = ConnectTo(options);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    const auto answer = Screen(hasty, Named(kGood, ""));
    if (answer.ok()) continue;
    const Error error = Refused(answer, "QUOTA_EXCEEDED");
    EXPECT_EQ(error.code, StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_GT(error.retry_after.value_or(milliseconds(0)), milliseconds(0));
    EXPECT_THAT(error.UserMessage(), HasSubstr("ask again in"));
    return;
  }
  ADD_FAILURE() << "the budget is never used up";
}

TEST_F(LiveTest, VendorNumbers) {
  RegisterAll();
  EXPECT_EQ(VerdictName(Screen(client_, ByVendor(kSystem, "00001"))), "CLEAR");
  EXPECT_EQ(VerdictName(Screen(client_, ByVendor(kSystem, "00007"))), "BLOCK");
  EXPECT_FALSE(MayBuy(Screen(client_, ByVendor(kSystem, "7"))));  // without its zeros
  v1::Vendor wrong;
  wrong.mutable_number()->set_system(kSystem);
  wrong.mutable_number()->set_number("9");
  wrong.mutable_identifier()->set_scheme("XX-WRONG");
  wrong.mutable_identifier()->set_value("1");
  std::vector<std::string> reasons;
  for (const auto& result :
       client_.RegisterVendors(From(std::vector{wrong, Confirmed("8", "nobody")}))) {
    reasons.push_back(ItemFailure(*result).value_or(Error()).reason);
  }
  EXPECT_THAT(reasons, ::testing::ElementsAre("UNKNOWN_IDENTIFIER_SCHEME", "RECORD_NOT_FOUND"));
}

TEST_F(LiveTest, ASourceThatBreaksIsThrownBehindWhatItGave) {
  auto vendors = [left = 2]() mutable -> std::optional<v1::Vendor> {
    if (left-- == 0) throw std::runtime_error("the database is gone");
    return Confirmed("00001", "good");
  };
  auto results = client_.RegisterVendors(vendors);
  EXPECT_TRUE(results.Next().has_value());
  EXPECT_TRUE(results.Next().has_value());
  EXPECT_THROW(results.Next(), std::runtime_error);
}

TEST_F(LiveTest, ListingsOverAllPages) {
  RegisterAll();
  v1::ListVendorsRequest request;
  request.set_system(kSystem);
  request.set_page_size(500);
  std::vector<std::string> listed;
  for (const auto& vendor :
       client_.Items(&Vendors::ListVendors, request, &v1::ListVendorsResponse::vendors)) {
    ASSERT_TRUE(vendor.ok()) << vendor.error().ToString();
    listed.push_back(vendor->number().number());
  }
  EXPECT_EQ(listed, Numbers());
  request.set_page_token("no token");
  auto wrong = client_.Items(&Vendors::ListVendors, request, &v1::ListVendorsResponse::vendors);
  EXPECT_FALSE(wrong.Next()->ok());
  EXPECT_FALSE(wrong.Next().has_value());
}

TEST_F(LiveTest, AnswersThatAreStreamed) {
  v1::ExportDatasetRequest request;
  request.set_dataset("datasets/reg");
  request.set_format(v1::EXPORT_FORMAT_CSV);
  int answers = 0;
  for (const auto& answer : client_.Stream(&Datasets::ExportDataset, request)) {
    ASSERT_TRUE(answer.ok()) << answer.error().ToString();
    ++answers;
  }
  EXPECT_GT(answers, 0);
  auto left = client_.Stream(&Datasets::ExportDataset, request);
  EXPECT_TRUE(left.Next()->ok());
  request.set_dataset("datasets/none");
  auto wrong = client_.Stream(&Datasets::ExportDataset, request);
  EXPECT_EQ(Refused(*wrong.Next(), "DATASET_NOT_FOUND").method, "DatasetService/ExportDataset");
  EXPECT_FALSE(wrong.Next().has_value());
}

TEST_F(LiveTest, Consistency) {
  const auto info = client_.Call(&Server::GetServerInfo, v1::GetServerInfoRequest());
  const auto read = [&](const v1::Consistency& consistency) {
    v1::LookupSuppliersRequest request;
    *request.mutable_consistency() = consistency;
    request.add_identifiers()->set_scheme("GB-COH");
    request.mutable_identifiers(0)->set_value(kGood);
    return client_.Call(&Suppliers::LookupSuppliers, request);
  };
  for (const auto& consistency :
       {MinimizeLatency(), AtLeastAsFresh(info->revision()), AtExactRevision(info->revision()),
        KnownAt(std::chrono::system_clock::now())}) {
    EXPECT_EQ(read(consistency)->stamp().revision().revision(), info->revision().revision());
  }
  EXPECT_FALSE(read(AtLeastAsFresh({})).ok());
  EXPECT_FALSE(read(AtExactRevision({})).ok());
  EXPECT_LT(read(KnownAt({}))->stamp().revision().revision(), info->revision().revision());
}

TEST_F(LiveTest, ReceiptsAreVerifiedAsByTheCommandLine) {
  const auto answer = Screen(client_, Named(kGood, ""));
  v1::GetReceiptRequest request;
  request.set_name(answer->decision().name());
  const auto got = client_.Call(&Screening::GetReceipt, request);
  const std::string whole = got->receipt().SerializeAsString();
  WriteAll(world_->Path("log.pub"), world_->Probity({"log", "keys", "--pem"}));
  const TrustedLog log = {ParseKeys(ReadAll(world_->Path("log.pub"))).value(), {}, ""};
  EXPECT_TRUE(IsProven(VerifyReceipt(got->receipt(), log)));
  google::protobuf::util::JsonParseOptions lenient;
  lenient.ignore_unknown_fields = true;
  for (size_t place = 0; place < whole.size(); place += 1 + whole.size() / 6) {
    std::string changed = whole;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    WriteAll(world_->Path("receipt"), changed);
    const Ran said = world_->Try({"--json", "decision", "verify", world_->Path("receipt"), "--key",
                                  world_->Path("log.pub")});
    v1::ReceiptVerification theirs;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(said.out, &theirs, lenient).ok())
        << said.out;
    const auto ours = VerifyReceipt(changed, log);
    EXPECT_FALSE(IsProven(ours)) << place;
    EXPECT_EQ(ours.fault(), theirs.fault()) << place;
    EXPECT_EQ(ours.explanation(), theirs.explanation()) << place;
  }
}

// What a person is told, compared with what is wrong.
TEST_F(LiveTest, CertificatesThatDoNotFit) {
  const std::string ca = world_->Path("tls/ca.pem");
  const TlsFiles rogue = {world_->Path("rogue/ca.pem"), world_->Path("rogue/erp.pem"),
                          world_->Path("rogue/erp.key")};
  const std::vector<std::pair<std::optional<TlsFiles>, std::string>> cases = {
      {rogue, "the authority in `ca`"},
      {TlsFiles{ca, rogue.cert, rogue.key}, "was not revoked"},
      {world_->OptionsOf("old").tls, "has not ended"},
      {TlsFiles{ca, "", ""}, "was not revoked"},
      {std::nullopt, "give `tls`"}};
  for (const auto& [files, hint] : cases) {
    Options options = world_->OptionsOf("erp");
    options.tls = files;
    const auto answer = ConnectTo(options).Call(&Server::GetServerInfo, v1::GetServerInfoRequest());
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, StatusCode::UNAVAILABLE) << answer.error().ToString();
    EXPECT_THAT(answer.error().UserMessage(), HasSubstr("cannot be reached at"));
    EXPECT_THAT(answer.error().UserMessage(), HasSubstr(hint));
    EXPECT_THAT(answer.error().UserMessage(), HasSubstr("Nothing was decided"));
  }
}

TEST_F(LiveTest, FilesThatAreRenewedAreUsed) {
  Options options = world_->OptionsOf("old");
  const TlsFiles old = *options.tls, good = *world_->OptionsOf("erp").tls;
  const TlsFiles own = {good.ca, world_->Path("own.pem"), world_->Path("own.key")};
  WriteAll(own.cert, ReadAll(old.cert));
  WriteAll(own.key, ReadAll(old.key));
  options.tls = own;
  const Client client = ConnectTo(options);
  EXPECT_FALSE(client.Call(&Server::GetServerInfo, v1::GetServerInfoRequest()).ok());
  WriteAll(own.cert, ReadAll(good.cert));
  WriteAll(own.key, ReadAll(good.key));
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!client.Call(&Server::GetServerInfo, v1::GetServerInfoRequest()).ok()) {
    ASSERT_LT(std::chrono::steady_clock::now(), until);
    std::this_thread::sleep_for(milliseconds(200));
  }
}

TEST_F(LiveTest, AServerThatIsSlow) {
  ASSERT_TRUE(Screen(client_, Named(kGood, "")).ok());
  world_->Pause();
  CallOptions options;
  options.timeout = milliseconds(500);
  const auto answer = client_.Call(&Screening::ScreenSupplier, Asking(Named(kGood, "")), options);
  world_->GoOn();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(answer.error().UserMessage(), HasSubstr("Nothing may be bought on this"));
  EXPECT_THAT(answer.error().request_id, SizeIs(36));  // to ask again under
}

// The answers' ids, and how many of them may be bought from.
std::pair<std::vector<std::string>, int> Streamed(const Client& client,
                                                  v1::StreamScreenSettings settings,
                                                  const std::function<void(size_t)>& between) {
  *settings.mutable_purchase() = Purchase();
  ScreeningStream stream = client.ScreenStream(settings, VendorItems(kSystem, From(Numbers())));
  std::vector<std::string> ids;
  int clear = 0;
  for (const auto& answer : stream.Answers()) {
    if (!answer.ok()) {
      ADD_FAILURE() << answer.error().ToString();
      break;
    }
    ids.push_back(answer->result().correlation_id());
    if (MayBuy(*answer)) ++clear;
    between(ids.size());
  }
  return {ids, clear};
}

TEST_F(LiveTest, AVendorMasterAsOneStream) {
  RegisterAll();
  v1::StreamScreenSettings settings;
  settings.set_stream_id("nightly-1");
  for (int i = 0; i < 2; ++i) {  // the same run, sent again, is answered as it was
    const auto [ids, clear] = Streamed(client_, settings, [](size_t) {});
    EXPECT_EQ(ids, Numbers());
    EXPECT_EQ(clear, kVendors - kBarred);
  }
}

TEST_F(LiveTest, Restarted) {
  RegisterAll();
  const auto [ids, clear] = Streamed(client_, {}, [](size_t answered) {
    if (answered == 100) world_->Restart();
  });
  EXPECT_EQ(ids, Numbers());
  EXPECT_EQ(clear, kVendors - kBarred);
  const auto barred = Screen(client_, Named(kBad, ""));
  EXPECT_TRUE(barred.ok());
  EXPECT_FALSE(MayBuy(barred));
}

TEST(TokenTest, SaysWhoCalls) {
  const World world = World::WithToken();
  Options options;
  options.server = world.address();
  options.token_file = world.Path("erp.token");
  const Client client = ConnectTo(options);
  const auto answer = Screen(client, Named(kBad, ""));
  EXPECT_THAT(answer->decision().name(), StartsWith("authorities/ministry/decisions/"));
  WriteAll(options.token_file, "of-nobody-that-is-known-here-1234\n");
  Refused(Screen(client, Named(kBad, "")), "UNAUTHENTICATED");  // read again for every call
  options.token_file.clear();
  EXPECT_THAT(Refused(Screen(ConnectTo(options), Named(kBad, "")), "UNAUTHENTICATED").UserMessage(),
              HasSubstr("does not know who is asking"));
  options.token = "token-of-somebody-else-who-is-not-known";
  EXPECT_THAT(Refused(Screen(ConnectTo(options), Named(kBad, "")), "UNAUTHENTICATED").ToString(),
              Not(HasSubstr("somebody-else")));
}

}  // namespace
}  // namespace probity::client
