// A server whose datasets have a past that is asked for: for tests.
#ifndef PROBITY_SERVICES_SERVER_HISTORY_TESTING_H_
#define PROBITY_SERVICES_SERVER_HISTORY_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/server/screening_testing.h"

namespace probity::server {

class HistoryTest : public ScreeningTest {
 protected:
  // A dataset that may be passed on.
  void CreateOpen(const std::string& id, v1::AbsenceMode absence = v1::ABSENCE_MODE_RETRACTED,
                  const std::string& owner = "") {
    v1::CreateDatasetRequest request;
    request.mutable_dataset()->set_name("datasets/" + id);
    request.mutable_dataset()->set_absence(absence);
    request.mutable_dataset()->set_owner(owner);
    request.mutable_dataset()->set_redistributable(true);
    Ask(&DataStub::CreateDataset, request);
  }

  // Calls a method that streams, to its end.
  template <typename Response, typename Request>
  grpc::Status Stream(std::unique_ptr<grpc::ClientReader<Response>> (DataStub::*method)(
                          grpc::ClientContext*, const Request&),
                      const Request& request, std::vector<Response>* messages) {
    grpc::ClientContext context;
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    DataStub stub(channel_);
    const auto reader = (stub.*method)(&context, request);
    messages->clear();
    Response message;
    while (reader->Read(&message)) messages->push_back(message);
    grpc::Status status = reader->Finish();
    ReadDetails(status.error_details());
    return status;
  }

  // "changed datasets/d/records/k: path before -> after; …", and the summary at the end.
  std::vector<std::string> Diff(const std::string& dataset, uint64_t from, uint64_t to = 0) {
    v1::DiffRevisionsRequest request;
    request.set_dataset("datasets/" + dataset);
    request.set_from_revision(from);
    request.set_to_revision(to);
    std::vector<v1::DiffRevisionsResponse> messages;
    const grpc::Status status = Stream(&DataStub::DiffRevisions, request, &messages);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> lines;
    for (const v1::DiffRevisionsResponse& message : messages) {
      for (const v1::RecordChange& change : message.changes()) lines.push_back(Line(change));
    }
    if (messages.empty()) return lines;
    const v1::DiffSummary& summary = messages.back().summary();
    lines.push_back(absl::StrCat(summary.added(), "+ ", summary.changed(), "~ ", summary.removed(),
                                 "- ", summary.not_sent(), " not sent"));
    return lines;
  }
  static std::string Line(const v1::RecordChange& change) {
    std::string line =
        absl::StrCat(v1::RecordChangeKind_Name(change.kind()).substr(sizeof("RECORD_CHANGE_KIND")),
                     " ", change.record());
    for (const v1::FieldDifference& field : change.fields()) {
      absl::StrAppend(&line, "; ", field.path(), " ", field.before(), " -> ", field.after());
    }
    return line;
  }
  std::string DiffRefusal(const std::string& dataset, uint64_t from, uint64_t to) {
    v1::DiffRevisionsRequest request;
    request.set_dataset(dataset);
    request.set_from_revision(from);
    request.set_to_revision(to);
    std::vector<v1::DiffRevisionsResponse> messages;
    EXPECT_FALSE(Stream(&DataStub::DiffRevisions, request, &messages).ok());
    return reason_;
  }

  std::string ExportRefusal(const std::string& dataset, v1::ExportFormat format) {
    v1::ExportDatasetRequest request;
    request.set_dataset(dataset);
    request.set_format(format);
    std::vector<v1::ExportDatasetResponse> messages;
    EXPECT_FALSE(Stream(&DataStub::ExportDataset, request, &messages).ok());
    return reason_;
  }

  static v1::RollbackDatasetRequest RollbackTo(const std::string& dataset, uint64_t revision) {
    v1::RollbackDatasetRequest request;
    request.set_dataset("datasets/" + dataset);
    request.set_revision(revision);
    request.set_note("the file was wrong");
    return request;
  }

  std::vector<v1::AffectedDecision> Affected(const v1::ListAffectedDecisionsRequest& first,
                                             int* pages = nullptr) {
    v1::ListAffectedDecisionsRequest request = first;
    std::vector<v1::AffectedDecision> all;
    do {
      const auto page = Ask(&DataStub::ListAffectedDecisions, request);
      all.insert(all.end(), page.decisions().begin(), page.decisions().end());
      request.set_page_token(page.next_page_token());
      if (pages != nullptr) ++*pages;
    } while (!request.page_token().empty());
    return all;
  }
  static v1::ListAffectedDecisionsRequest ByRecord(const std::string& record) {
    v1::ListAffectedDecisionsRequest request;
    request.set_record(record);
    return request;
  }
  static v1::ListAffectedDecisionsRequest ByRevision(uint64_t revision) {
    v1::ListAffectedDecisionsRequest request;
    request.set_revision(revision);
    return request;
  }

  uint64_t Newest() {
    return Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest())
        .revisions(0)
        .token()
        .revision();
  }
  void Remove(const std::string& record) {
    v1::RemoveRecordRequest request;
    request.set_name(record);
    Ask(&DataStub::RemoveRecord, request);
  }
  static std::string Named(const std::string& key, const std::string& name) {
    return "key: '" + key + "' supplier { names { text: '" + name + "' } }";
  }
  static std::string Flagged(const std::string& key, const std::string& more) {
    return "key: '" + key +
           "' risk_flag { subject { party { source_record: 'records/a' } } type: " +
           "FLAG_TYPE_MEDIA } " + more;
  }
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_HISTORY_TESTING_H_
