// Whom a caller may not see and who is not there are told by the same words after the same
// reads: neither answers nor their cost say which it is.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/supplier/operations.h"
#include "storage/testing/builders.h"
#include "storage/testing/noted_reads.h"

namespace probity::supplier {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

// Authority a has a firm of its own; beside it stands a shared one.
class SameReadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    using storage::testing::CreateDataset;
    using storage::testing::Load;
    using storage::testing::Party;
    ASSERT_TRUE(CreateDataset(&store_, "reg", v1::ABSENCE_MODE_RETRACTED).ok());
    ASSERT_TRUE(CreateDataset(&store_, "own", v1::ABSENCE_MODE_RETRACTED, kA).ok());
    ASSERT_TRUE(Load(&store_, {"reg", {Party("r", "Tidewater", {{"GB-COH", "01234567"}})}}).ok());
    storage::testing::TestLoad own{"own", {Party("k", "Kiln", {{"GB-COH", kNumber}})}};
    own.authority = kA;
    ASSERT_TRUE(Load(&store_, own).ok());
    const auto stored = store_.Head(kA)->SupplierOf({"own", "k"});
    ASSERT_TRUE(stored.ok() && stored->has_value());
    supplier_ = (*stored)->name;
  }

  struct Asked {
    absl::Status status;
    std::string answer;
    storage::testing::Reads reads;
  };
  using Ask = std::function<absl::Status(const rpc::CallContext&, const std::string& whom,
                                         std::string* answer)>;
  // What comes of it, with "$" for whom it is about.
  Asked About(const std::string& whom, const std::string& authority, const Ask& ask) {
    rpc::CallContext call;
    call.caller = {"ann", authority};
    call.received_at = absl::FromUnixSeconds(1790000000);
    store_.Take();
    Asked asked;
    std::string answer;
    const absl::Status status = ask(call, whom, &answer);
    asked.reads = store_.Take();
    asked.status =
        absl::Status(status.code(), absl::StrReplaceAll(status.message(), {{whom, "$"}}));
    asked.answer = absl::StrReplaceAll(answer, {{whom, "$"}});
    return asked;
  }
  // Asks for what another authority has, and for what nobody has.
  void ExpectSame(const std::string& forbidden, const std::string& unknown, const Ask& ask) {
    const Asked other = About(forbidden, "authorities/b", ask);
    const Asked nobody = About(unknown, "authorities/b", ask);
    EXPECT_EQ(other.status, nobody.status);
    EXPECT_EQ(other.answer, nobody.answer);
    EXPECT_EQ(other.reads, nobody.reads);
    EXPECT_THAT(other.reads, Not(IsEmpty()));
    // Else there would be nothing to hide.
    const Asked own = About(forbidden, kA, ask);
    EXPECT_TRUE(own.status.ok()) << own.status;
    EXPECT_NE(own.answer, other.answer);
  }

  static constexpr char kA[] = "authorities/a", kNumber[] = "04830352";
  storage::testing::NotedStore store_{TestIdentifiers(), std::string(16, 'x')};
  std::string supplier_;
};

TEST_F(SameReadsTest, GetSupplier) {
  ExpectSame(supplier_, "suppliers/aaaaaaaaaaaaaaaa",
             [this](const rpc::CallContext& call, const std::string& whom, std::string* answer) {
               v1::GetSupplierRequest request;
               request.set_name(whom);
               request.set_include_source_records(true);
               v1::GetSupplierResponse response;
               const absl::Status status = Get(store_, call, request, &response);
               *answer = response.supplier().DebugString();
               return status;
             });
}

TEST_F(SameReadsTest, LookupOfAnIdentifier) {
  ExpectSame(kNumber, "07654321",
             [this](const rpc::CallContext& call, const std::string& whom, std::string* answer) {
               v1::LookupSuppliersRequest request;
               request.add_identifiers()->set_scheme("GB-COH");
               request.mutable_identifiers(0)->set_value(whom);
               auto bytes = Lookup(store_, call, request);
               if (!bytes.ok()) return bytes.status();
               v1::LookupSuppliersResponse response;
               EXPECT_TRUE(response.ParseFromString(*bytes));
               *answer = response.results(0).DebugString();
               return absl::OkStatus();
             });
}

// By identifier, the way of checks, flags and links; by record, and by supplier.
TEST_F(SameReadsTest, LinksOfASubject) {
  using Name = std::function<void(const std::string&, v1::SubjectRef*)>;
  const auto links_of = [this](const Name& name) -> Ask {
    return
        [this, name](const rpc::CallContext& call, const std::string& whom, std::string* answer) {
          v1::ListLinksRequest request;
          name(whom, request.mutable_subject());
          v1::ListLinksResponse response;
          const absl::Status status = Links(store_, call, request, &response);
          *answer = status.ok() ? "found " + response.resolved_subject().DebugString() : "";
          return status;
        };
  };
  ExpectSame(kNumber, "07654321", links_of([](const std::string& whom, v1::SubjectRef* subject) {
               subject->mutable_identifier()->set_scheme("GB-COH");
               subject->mutable_identifier()->set_value(whom);
             }));
  const Ask of_record = links_of(
      [](const std::string& whom, v1::SubjectRef* subject) { subject->set_source_record(whom); });
  ExpectSame("datasets/own/records/k", "datasets/own/records/none", of_record);
  ExpectSame("datasets/own/records/k", "datasets/none/records/k", of_record);
  ExpectSame(supplier_, "suppliers/aaaaaaaaaaaaaaaa",
             links_of([](const std::string& whom, v1::SubjectRef* subject) {
               subject->set_supplier(whom);
             }));
}

}  // namespace
}  // namespace probity::supplier
