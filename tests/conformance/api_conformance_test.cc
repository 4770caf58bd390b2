// The contract of the store as callers see it: random histories go through the
// public API of a real server over RocksDB and, step by step, into the reference
// model. Both answer every question alike at head and at every revision, by
// token and by instant, for each authority.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/tables.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "ingest/importer.h"
#include "ingest/validate.h"
#include "services/server/testing.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "tests/conformance/answers.h"
#include "tests/conformance/history.h"

namespace probity::conformance {
namespace {

using server::DataStub;
using server::ServerTest;

constexpr int kSteps = 24;

template <typename Table>
Table ReadTable(const std::string& name) {
  return Table::FromCsv(ReadFile("data/" + name).value()).value();
}

std::string ToLine(const v1::Record& record) {
  std::string line;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(record, &line).ok());
  return line + "\n";
}

class ApiConformanceTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    UseTokens();
    for (const HistoryDataset& dataset : Datasets()) {
      CreateDataset(dataset.id, dataset.absence, dataset.owner);
      ASSERT_TRUE(
          storage::testing::CreateDataset(&model_, dataset.id, dataset.absence, dataset.owner)
              .ok());
    }
  }

  // Takes a step through the API and on the model. What changes nothing leaves
  // the model as it is.
  void Take(const Step& step) {
    switch (step.kind) {
      case StepKind::kPut:
        PutOne(step.load);
        break;
      case StepKind::kRemove:
        RemoveOne(step.load);
        break;
      case StepKind::kLoad:
        ASSERT_EQ(Commit(Send(step.load, "")).state(), v1::LOAD_STATE_COMMITTED);
        break;
      case StepKind::kAbort: {
        v1::AbortLoadRequest abort;
        abort.set_name(Send(step.load, ""));
        Ask(&DataStub::AbortLoad, abort);
        return;
      }
      case StepKind::kBrokenLoad:
        ASSERT_EQ(Commit(Send(step.load, "{\"key\": \"k0\", \"no\": 1}\n")).state(),
                  v1::LOAD_STATE_HELD);
        return;
    }
    auto published = storage::testing::Load(&model_, Normalized(step.load));
    ASSERT_TRUE(published.ok()) << published.status();
  }

  // The model takes records as a load or PutRecord stores them.
  storage::testing::TestLoad Normalized(storage::testing::TestLoad load) const {
    for (v1::Record& record : load.records) {
      EXPECT_TRUE(ingest::NormalizeAndValidate(tables_, &record).faults.empty());
    }
    return load;
  }

  void PutOne(const storage::testing::TestLoad& load) {
    v1::PutRecordRequest put;
    put.set_dataset("datasets/" + load.dataset);
    *put.mutable_record() = load.records[0];
    if (!load.edition.empty()) *put.mutable_edition() = ParseDate(load.edition).value();
    Ask(&DataStub::PutRecord, put);
  }
  void RemoveOne(const storage::testing::TestLoad& load) {
    v1::RemoveRecordRequest remove;
    remove.set_name("datasets/" + load.dataset + "/records/" + load.removed[0]);
    if (!load.edition.empty()) *remove.mutable_edition() = ParseDate(load.edition).value();
    Ask(&DataStub::RemoveRecord, remove);
  }
  // Sends the files of a load in small pieces; returns its name.
  std::string Send(const storage::testing::TestLoad& load, const std::string& more) {
    v1::CreateLoadRequest request;
    request.set_dataset("datasets/" + load.dataset);
    request.mutable_load()->set_format("probity-jsonl");
    request.mutable_load()->set_mode(load.mode);
    if (!load.edition.empty()) {
      *request.mutable_load()->mutable_edition() = ParseDate(load.edition).value();
    }
    const std::string name = Ask(&DataStub::CreateLoad, request).name();
    std::string text = more;
    for (const v1::Record& record : load.records) text += ToLine(record);
    for (const std::string& key : load.removed) text += "{\"key\": \"" + key + "\"}\n";
    uint64_t committed = 0;
    while (committed < text.size()) {
      EXPECT_TRUE(ServerTest::Send(name, committed, text.substr(committed, 300), &committed).ok());
    }
    return name;
  }

  template <typename Stub, typename Request, typename Response>
  void AskAll(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
              const std::vector<Request>& requests, const v1::Consistency& consistency,
              std::vector<std::string>* answers) {
    for (Request request : requests) {
      *request.mutable_consistency() = consistency;
      Response response;
      const bool ok = Call(method, request, &response).ok();
      answers->push_back(ok ? Shown(response) : ShownError(reason_));
    }
  }

  std::vector<std::string> ApiAnswers(const v1::Consistency& consistency) {
    std::vector<std::string> answers;
    using v1::CertificationService;
    using v1::RiskService;
    using v1::SupplierService;
    AskAll(&SupplierService::Stub::LookupSuppliers, questions_.lookups, consistency, &answers);
    AskAll(&SupplierService::Stub::GetSupplier, questions_.suppliers, consistency, &answers);
    AskAll(&RiskService::Stub::ListRiskFlags, questions_.flags, consistency, &answers);
    AskAll(&SupplierService::Stub::ListLinks, questions_.links, consistency, &answers);
    AskAll(&CertificationService::Stub::ListCertifications, questions_.certifications, consistency,
           &answers);
    AskAll(&CertificationService::Stub::CheckCertification, questions_.checks, consistency,
           &answers);
    AskAll(&RiskService::Stub::CheckCommodityRisk, questions_.commodities, consistency, &answers);
    return answers;
  }

  // The first question that both answer differently; empty when none.
  std::string FirstDifference(const v1::Consistency& consistency, const storage::View& model) {
    const std::vector<std::string> got = ApiAnswers(consistency);
    const std::vector<std::string> wanted = AnswersOf(model, rules_, questions_, Today());
    EXPECT_EQ(got.size(), wanted.size());
    for (size_t i = 0; i < got.size() && i < wanted.size(); ++i) {
      if (got[i] != wanted[i]) {
        return "question " + std::to_string(i) + "\nserver: " + got[i] + "\nmodel:  " + wanted[i];
      }
    }
    return "";
  }

  DayNumber Today() {
    v1::ListRiskFlagsRequest request;
    request.mutable_subject()->set_source_record("datasets/reg/records/k0");
    return FirstDay(Ask(&v1::RiskService::Stub::ListRiskFlags, request).stamp().as_of());
  }

  // The same questions by the token of each revision and by its instant.
  void ExpectEveryRevisionAlike(const std::string& authority) {
    v1::ListRevisionsRequest list;
    list.set_page_size(7);
    std::map<uint64_t, v1::Revision> revisions;
    do {
      const auto page = Ask(&DataStub::ListRevisions, list);
      for (const v1::Revision& one : page.revisions()) revisions[one.token().revision()] = one;
      list.set_page_token(page.next_page_token());
    } while (!list.page_token().empty());
    for (const auto& [number, revision] : revisions) {
      SCOPED_TRACE("revision " + std::to_string(number));
      v1::Consistency at_model;
      *at_model.mutable_at_exact_revision() = model_.TokenOf(number).value();
      const auto view = model_.ViewAt(at_model, authority).value();
      const storage::v1::Manifest& manifest = view->manifest();
      EXPECT_EQ(revision.dataset(), manifest.changed_dataset());
      EXPECT_EQ(revision.counts().added(), manifest.counts().added());
      EXPECT_EQ(revision.counts().changed(), manifest.counts().changed());
      EXPECT_EQ(revision.counts().removed(), manifest.counts().removed());
      v1::Consistency consistency;
      *consistency.mutable_at_exact_revision() = revision.token();
      ASSERT_EQ(FirstDifference(consistency, *view), "");
      if (number % 5 != 0) continue;
      *consistency.mutable_known_at() = revision.published_at();
      ASSERT_EQ(FirstDifference(consistency, *view), "");
    }
  }

  void ExpectHeadAlike(const std::string& authority) {
    const auto view = model_.Head(authority);
    v1::Consistency head;
    head.set_minimize_latency(true);
    ASSERT_EQ(FirstDifference(head, *view), "");
    const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
    EXPECT_EQ(info.revision().revision(), view->manifest().revision());
    EXPECT_EQ(info.supplier_count(), view->manifest().supplier_count());
    const auto listed = Ask(&DataStub::ListDatasets, v1::ListDatasetsRequest());
    for (const v1::Dataset& dataset : listed.datasets()) {
      const auto* state = view->FindDataset(dataset.name().substr(sizeof("datasets/") - 1));
      ASSERT_NE(state, nullptr) << dataset.name();
      EXPECT_EQ(dataset.record_count(), state->record_count());
    }
  }

  void RunHistory(uint32_t seed, bool restart) {
    History history(seed);
    for (int step = 0; step < kSteps; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
      Take(history.Next(model_));
      if (HasFatalFailure()) return;
      if (restart && step % 8 == 7) Restart();
      if (step % 4 != 3) continue;
      ForEachCaller([this](const std::string& authority) { ExpectHeadAlike(authority); });
      if (HasFatalFailure()) return;
    }
    ForEachCaller([this](const std::string& authority) { ExpectEveryRevisionAlike(authority); });
  }

  void ForEachCaller(const std::function<void(const std::string&)>& run) {
    for (const auto& [token, authority] :
         {std::make_pair(kBob, "authorities/b"), std::make_pair(kAnn, "authorities/a")}) {
      SCOPED_TRACE(authority);
      token_ = token;
      run(authority);
    }
    token_ = kAnn;
  }

  const IdentifierCatalogue identifiers_ = ReadTable<IdentifierCatalogue>("identifier_schemes.csv");
  const Countries countries_ = ReadTable<Countries>("countries.csv");
  const policy::SchemeCatalogue schemes_ = ReadTable<policy::SchemeCatalogue>("schemes.csv");
  const policy::LegalPeriods law_ = ReadTable<policy::LegalPeriods>("legal_periods.csv");
  const ingest::Tables tables_{identifiers_, countries_, schemes_, "data"};
  const Rules rules_{identifiers_, schemes_, law_};
  const Questions questions_ = AllQuestions();
  storage::InMemoryStore model_{identifiers_, "0123456789abcdef"};
};

class HistoryTest : public ApiConformanceTest, public ::testing::WithParamInterface<uint32_t> {};

// Every other history goes through restarts of the server.
TEST_P(HistoryTest, EqualsTheModel) { RunHistory(GetParam(), GetParam() % 2 == 0); }
INSTANTIATE_TEST_SUITE_P(Seeds, HistoryTest, ::testing::Range(1u, 7u));

// The comparison sees one record more on one side.
TEST_F(ApiConformanceTest, ADifferenceIsSeen) {
  storage::testing::TestLoad load{"reg"};
  load.mode = v1::LOAD_MODE_DELTA;
  load.records = {server::Parse<v1::Record>(
      "key: 'k0' supplier { names { text: 'A' } identifiers { scheme: 'GB-COH' value: '00000001' } "
      "}")};
  v1::Consistency head;
  head.set_minimize_latency(true);
  ASSERT_EQ(FirstDifference(head, *model_.Head("authorities/a")), "");
  PutOne(load);
  EXPECT_NE(FirstDifference(head, *model_.Head("authorities/a")), "");
}

}  // namespace
}  // namespace probity::conformance
