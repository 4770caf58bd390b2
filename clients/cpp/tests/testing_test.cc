// FakeProbity, as tests of an integrator use it; and notices of what is deprecated.
#include "probity/client/testing.h"

#include <fstream>
#include <stdexcept>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "src/error_details.h"
#include "world.h"

namespace probity::client {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Why it is refused to make such an error.
template <typename... Args>
std::string Refused(Args... args) {
  try {
    return FakeError(args...).ToString();
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
}

TEST(FakeErrorTest, EachReasonHasItsCode) {
  const auto by_code =
      nlohmann::json::parse(std::ifstream(PROBITY_ROOT "/clients/error_codes.json"));
  int count = 0;
  for (const auto& [code, reasons] : by_code.items()) {
    for (const auto& reason : reasons.get<std::vector<std::string>>()) {
      v1::ErrorReason known{};
      ASSERT_TRUE(v1::ErrorReason_Parse("ERROR_REASON_" + reason, &known)) << reason;
      const Error error = FakeError(known);
      EXPECT_EQ(error.reason, reason);
      EXPECT_EQ(NameOf(error.code), code) << reason;
      ++count;
    }
  }
  EXPECT_GT(count, 60);
}

TEST(FakeErrorTest, ACodeOfOnesOwnGoesBeforeIt) {
  const Error own = FakeError(StatusCode::INTERNAL, v1::ERROR_REASON_QUOTA_EXCEEDED);
  EXPECT_EQ(own.code, StatusCode::INTERNAL);
  EXPECT_EQ(own.KnownReason(), v1::ERROR_REASON_QUOTA_EXCEEDED);
}

TEST(FakeErrorTest, WhatNoServerSendsIsRefused) {
  EXPECT_THAT(Refused(v1::ERROR_REASON_DUPLICATE_KEYS),
              HasSubstr("no call fails with DUPLICATE_KEYS"));
  EXPECT_THAT(Refused(StatusCode::OK, v1::ERROR_REASON_QUOTA_EXCEEDED),
              HasSubstr("OK is no error"));
  for (const auto none : {v1::ERROR_REASON_UNSPECIFIED, static_cast<v1::ErrorReason>(99999)}) {
    EXPECT_THAT(Refused(none), HasSubstr("give a reason of ErrorReason"));
    EXPECT_THAT(Refused(StatusCode::INTERNAL, none), HasSubstr("give a reason of ErrorReason"));
  }
}

const v1::ScreenedSubject kFirm = ByIdentifier("GB-COH", kGood);
const v1::ScreenedSubject kVendor = ByVendor("SAP-PRD", "000018");

class FakeProbityTest : public ::testing::Test {
 protected:
  Client WithoutRetries() const {
    Options options = probity_.options();
    options.retries = false;
    return ConnectTo(options);
  }

  FakeProbity probity_{[](const std::string& what) { ADD_FAILURE() << what; }};
  const Client client_ = probity_.client();
};

TEST_F(FakeProbityTest, EachSupplierHasTheVerdictThatWasSet) {
  v1::ScreenedSubject unnumbered;
  unnumbered.set_name("Неизвестное товарищество «Ёж»");
  probity_.SetScreening(kFirm, ClearDecision());
  probity_.SetScreening(kVendor, BlockDecision("DEBAR-1"));
  probity_.SetScreening(unnumbered, ReviewDecision({v1::REVIEW_REASON_MISSING_IDENTIFIER,
                                                    v1::REVIEW_REASON_ALLEGATION}));
  const auto clear = Screen(client_, Named(kGood, "a name beside the number"));
  EXPECT_TRUE(MayBuy(clear)) << Explain(clear);
  EXPECT_TRUE(clear->decision().core().has_as_of());
  const auto block = Screen(client_, kVendor);
  EXPECT_EQ(VerdictName(block), "BLOCK");
  EXPECT_THAT(Explain(block), HasSubstr("DEBAR-1"));
  const auto review = Screen(client_, unnumbered);
  EXPECT_EQ(VerdictName(review), "REVIEW");
  EXPECT_THAT(review->decision().core().reasons(),
              ElementsAre(v1::REVIEW_REASON_MISSING_IDENTIFIER, v1::REVIEW_REASON_ALLEGATION));
  const auto requests = probity_.Requests<v1::ScreenSupplierRequest>();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[1].subject().ref().vendor().number(), "000018");
  EXPECT_THAT(requests[0].request_id(), SizeIs(36));
}

TEST_F(FakeProbityTest, ARequestIdIsDecidedOnce) {
  probity_.SetScreening(kFirm, ClearDecision());
  v1::ScreenSupplierRequest order = Asking(kFirm);
  order.set_request_id("PO-4711-1");
  const auto first = client_.Call(&Screening::ScreenSupplier, order);
  probity_.SetScreening(kFirm, BlockDecision("DEBAR-1"));
  const auto second = client_.Call(&Screening::ScreenSupplier, order);
  EXPECT_FALSE(first->repeated_request());
  EXPECT_TRUE(second->repeated_request());
  EXPECT_EQ(first->decision().name(), second->decision().name());
  EXPECT_TRUE(MayBuy(second));
  *order.mutable_subject() = kVendor;
  const auto other = client_.Call(&Screening::ScreenSupplier, order);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().reason, "REQUEST_ID_REUSED");
}

TEST_F(FakeProbityTest, ErrorsComeAsAServerSendsThem) {
  Error quota = FakeError(v1::ERROR_REASON_QUOTA_EXCEEDED);
  quota.retry_after = milliseconds(2500);
  quota.metadata["caller"] = "erp";
  quota.field_violations.push_back({"subject", "is wrong"});
  probity_.SetScreening(kFirm, quota);
  const auto answer = Screen(WithoutRetries(), kFirm);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, quota.code);
  EXPECT_EQ(answer.error().KnownReason(), v1::ERROR_REASON_QUOTA_EXCEEDED);
  EXPECT_EQ(answer.error().domain, "probity");
  EXPECT_EQ(answer.error().message, quota.message);
  EXPECT_EQ(answer.error().metadata, quota.metadata);
  EXPECT_EQ(answer.error().retry_after, quota.retry_after);
  ASSERT_THAT(answer.error().field_violations, SizeIs(1));
  EXPECT_EQ(answer.error().field_violations[0].field, "subject");
}

TEST_F(FakeProbityTest, AServerThatIsAwayComesBack) {
  probity_.SetScreening(kFirm, ClearDecision());
  probity_.SetAvailable(false);
  const auto away = Screen(WithoutRetries(), kFirm);
  ASSERT_FALSE(away.ok());
  EXPECT_EQ(away.error().code, StatusCode::UNAVAILABLE);
  EXPECT_THAT(probity_.Requests<v1::ScreenSupplierRequest>(), IsEmpty());
  probity_.SetAvailable(true);
  EXPECT_TRUE(MayBuy(Screen(client_, kFirm)));
}

TEST_F(FakeProbityTest, ItemsOfABatchAndOfAStreamAreDecidedAlike) {
  probity_.SetScreening(ByVendor("SAP-PRD", "000017"), ClearDecision());
  probity_.SetScreening(kVendor, FakeError(v1::ERROR_REASON_VENDOR_NOT_FOUND));
  v1::BatchScreenSuppliersRequest batch;
  *batch.add_items()->mutable_request() = Asking(ByVendor("SAP-PRD", "000017"));
  *batch.add_items()->mutable_request() = Asking(kVendor);
  const auto results = client_.Call(&Screening::BatchScreenSuppliers, batch);
  ASSERT_EQ(results->results_size(), 2);
  EXPECT_TRUE(MayBuy(results->results(0)));
  EXPECT_EQ(ItemFailure(results->results(1))->reason, "VENDOR_NOT_FOUND");
  v1::StreamScreenSettings settings;
  *settings.mutable_purchase() = Purchase();
  const std::vector<std::string> numbers = {"000017", "000018", "000017"};
  ScreeningStream stream = client_.ScreenStream(settings, VendorItems("SAP-PRD", From(numbers)));
  std::vector<std::pair<std::string, bool>> streamed;
  for (const auto& answer : stream.Answers()) {
    ASSERT_TRUE(answer.ok()) << answer.error().ToString();
    streamed.emplace_back(answer->result().correlation_id(), MayBuy(*answer));
  }
  EXPECT_THAT(streamed, ElementsAre(std::pair("000017", true), std::pair("000018", false),
                                    std::pair("000017", true)));
  EXPECT_EQ(stream.resume_position(), 3u);
  EXPECT_THAT(probity_.Requests<v1::StreamScreenSuppliersRequest>(), SizeIs(4));
}

TEST_F(FakeProbityTest, CertificatesAreCheckedAsSet) {
  probity_.SetCertification(kFirm, v1::CERTIFICATION_RESULT_EXPIRED);
  probity_.SetCertification(kVendor, FakeError(v1::ERROR_REASON_UNKNOWN_SCHEME));
  v1::BatchCheckCertificationsRequest batch;
  *batch.add_items()->mutable_request()->mutable_subject() = kFirm.ref();
  *batch.add_items()->mutable_request()->mutable_subject() = kVendor.ref();
  const auto answer = client_.Call(&Certifications::CheckCertification, batch.items(0).request());
  EXPECT_EQ(answer->result(), v1::CERTIFICATION_RESULT_EXPIRED);
  ASSERT_EQ(answer->causes_size(), 1);
  EXPECT_EQ(answer->causes(0).result(), v1::CERTIFICATION_RESULT_EXPIRED);
  const auto results = client_.Call(&Certifications::BatchCheckCertifications, batch);
  ASSERT_EQ(results->results_size(), 2);
  EXPECT_EQ(results->results(0).response().result(), v1::CERTIFICATION_RESULT_EXPIRED);
  EXPECT_EQ(ItemFailure(results->results(1))->reason, "UNKNOWN_SCHEME");
  probity_.SetCertification(kFirm, v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(
      client_.Call(&Certifications::CheckCertification, batch.items(0).request())->causes_size(),
      0);
}

TEST_F(FakeProbityTest, AnyOtherRpcCanBeAnswered) {
  probity_.SetAnswer(&Server::GetServerInfo, [](const v1::GetServerInfoRequest&) {
    v1::GetServerInfoResponse info;
    info.set_max_batch_vendors(7);
    return info;
  });
  EXPECT_EQ(client_.Call(&Server::GetServerInfo, v1::GetServerInfoRequest())->max_batch_vendors(),
            7);
  probity_.SetAnswer(&Suppliers::GetSupplier, [](const v1::GetSupplierRequest& request) {
    Error error = FakeError(v1::ERROR_REASON_SUPPLIER_NOT_FOUND);
    error.metadata["name"] = request.name();
    return error;
  });
  v1::GetSupplierRequest request;
  request.set_name("suppliers/0");
  const auto nobody = client_.Call(&Suppliers::GetSupplier, request);
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().metadata.at("name"), "suppliers/0");
}

TEST(FakeProbityUnsetTest, AQuestionWithoutAnAnswerFailsTheTestAndSaysWhatToSet) {
  std::vector<std::string> told;
  {
    FakeProbity probity([&](const std::string& what) { told.push_back(what); });
    const Client client = probity.client();
    const auto answer = Screen(client, kVendor);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, StatusCode::UNIMPLEMENTED);
    EXPECT_FALSE(client.Call(&Server::GetServerInfo, v1::GetServerInfoRequest()).ok());
  }
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_THAT(told[0],
              HasSubstr("SetScreening(ByVendor(\"SAP-PRD\", \"000018\"), ClearDecision())"));
  EXPECT_THAT(told[1], HasSubstr("a probity.v1.GetServerInfoRequest"));
  EXPECT_THAT(told[1], HasSubstr("SetAnswer("));
}

TEST(FakeProbityUnsetTest, WithoutAWayToFailTheProgramEnds) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        FakeProbity probity;
        (void)Screen(probity.client(), kVendor);
      },
      "FakeProbity has no answer to the screening of ByVendor");
}

// Names are told once in a process, so each test has its own.
class DeprecationNoticeTest : public FakeProbityTest {
 protected:
  Client Listening() {
    Options options = probity_.options();
    options.on_deprecated = [this](const std::string& name) { told_.push_back(name); };
    return ConnectTo(options);
  }

  std::vector<std::string> told_;
};

TEST_F(DeprecationNoticeTest, EachNameIsToldOnce) {
  const Client client = Listening();
  probity_.SetScreening(kFirm, ClearDecision());
  ASSERT_TRUE(Screen(client, kFirm).ok());
  EXPECT_THAT(told_, IsEmpty());
  probity_.SetDeprecated({"probity.v1.A.one", "probity.v1.A.two"});
  ASSERT_TRUE(Screen(client, kFirm).ok());
  ASSERT_TRUE(Screen(client, kFirm).ok());
  probity_.SetDeprecated({"probity.v1.A.two", "probity.v1.A.three"});
  ASSERT_TRUE(Screen(client, kFirm).ok());
  EXPECT_THAT(told_, ElementsAre("probity.v1.A.one", "probity.v1.A.two", "probity.v1.A.three"));
}

TEST_F(DeprecationNoticeTest, CallsThatFailTellItToo) {
  const Client client = Listening();
  probity_.SetScreening(kFirm, FakeError(v1::ERROR_REASON_NO_ACTIVE_POLICY));
  probity_.SetDeprecated({"probity.v1.D.failed"});
  EXPECT_FALSE(Screen(client, kFirm).ok());
  EXPECT_THAT(told_, ElementsAre("probity.v1.D.failed"));
}

TEST_F(DeprecationNoticeTest, StreamsTellItToo) {
  const Client client = Listening();
  probity_.SetScreening(kVendor, ClearDecision());
  probity_.SetDeprecated({"probity.v1.B.stream"});
  const std::vector<std::string> numbers = {"000018"};
  ScreeningStream stream = client.ScreenStream({}, VendorItems("SAP-PRD", From(numbers)));
  for (const auto& answer : stream.Answers()) EXPECT_TRUE(answer.ok());
  probity_.SetDeprecated({"probity.v1.B.answers"});
  probity_.SetAnswer(&Datasets::ExportDataset, [](const v1::ExportDatasetRequest&) {
    return std::vector<v1::ExportDatasetResponse>(2);
  });
  int answers = 0;
  for (const auto& answer : client.Stream(&Datasets::ExportDataset, v1::ExportDatasetRequest())) {
    EXPECT_TRUE(answer.ok());
    ++answers;
  }
  EXPECT_EQ(answers, 2);
  EXPECT_THAT(told_, ElementsAre("probity.v1.B.stream", "probity.v1.B.answers"));
}

TEST_F(DeprecationNoticeTest, WhoSaysNothingReadsItOnStandardError) {
  probity_.SetScreening(kFirm, ClearDecision());
  probity_.SetDeprecated({"probity.v1.C.loud"});
  ::testing::internal::CaptureStderr();
  const auto answer = Screen(client_, kFirm);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("probity: probity.v1.C.loud is deprecated"));
  EXPECT_TRUE(answer.ok());
}

}  // namespace
}  // namespace probity::client
