// How ReviewService writes and lists rows of the authority's own datasets.
#ifndef PROBITY_SERVICES_REVIEW_ROWS_H_
#define PROBITY_SERVICES_REVIEW_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "probity/v1/record.pb.h"
#include "screening/vendor_entry.h"
#include "services/rpc/page_token.h"
#include "services/rpc/publish.h"

namespace probity::review {

// A change of the caller's own dataset of that kind.
rpc::Change ChangeOf(const rpc::Writer& at, v1::DatasetKind kind, const std::string& request_id);

screening::SetBy CallerOf(const rpc::Writer& at);

// A key for a new row. Keys rise with time, so that listings are in its order.
std::string NewKey(const rpc::Writer& at);

// A kind of rows: their dataset, their place in a record, and what they are called.
template <typename Row>
struct RowKind {
  v1::DatasetKind dataset;
  Row* (v1::Record::*field)();
  std::string (*name)(absl::string_view authority, absl::string_view key);
};

template <typename Row>
absl::Status AddRow(const RowKind<Row>& kind, const std::string& key, Row row,
                    storage::ChangeSetBuilder* builder) {
  v1::Record record;
  record.set_key(key);
  *(record.*kind.field)() = std::move(row);
  return builder->Add(record);
}

// Publishes a new row and answers. `make(base, name)` fills in the answer and returns the
// row, which will be called `name`; none: nothing changes. It may be called again.
template <typename Row, typename Request, typename Response, typename Make>
absl::Status PublishRow(const rpc::Writer& at, const RowKind<Row>& kind, const Request& request,
                        Response* response, const Make& make) {
  rpc::Change change = ChangeOf(at, kind.dataset, request.request_id());
  const std::string key = NewKey(at);
  const std::string name = kind.name(at.call.caller.authority, key);
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) -> absl::Status {
    response->Clear();
    absl::StatusOr<std::optional<Row>> row = make(base, name);
    if (!row.ok()) return row.status();
    if (!row->has_value()) return absl::OkStatus();
    return AddRow(kind, key, **std::move(row), builder);
  };
  return rpc::PublishInto(at, change, request, response);
}

// Takes the rows of one page, in the order in which they are given.
template <typename Row>
class PageOf {
 public:
  // Borrowed.
  PageOf(const rpc::Page& page, google::protobuf::RepeatedPtrField<Row>* rows)
      : page_(page), rows_(rows) {}

  // False when the page is full.
  bool Add(Row row) {
    const uint64_t place = seen_++;
    if (place < page_.offset) return true;
    if (place >= page_.offset + page_.size) return false;
    *rows_->Add() = std::move(row);
    return true;
  }

  std::string NextToken() const { return page_.NextToken(seen_); }

 private:
  const rpc::Page& page_;
  google::protobuf::RepeatedPtrField<Row>* const rows_;
  uint64_t seen_ = 0;
};

}  // namespace probity::review

#endif  // PROBITY_SERVICES_REVIEW_ROWS_H_
