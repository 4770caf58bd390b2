// How ReviewService writes and lists rows of the authority's own datasets.
#ifndef PROBITY_SERVICES_REVIEW_ROWS_H_
#define PROBITY_SERVICES_REVIEW_ROWS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "google/protobuf/repeated_field.h"
#include "screening/vendor_entry.h"
#include "services/rpc/page_token.h"
#include "services/rpc/publish.h"

namespace probity::review {

// A change of the caller's own dataset of that kind.
rpc::Change ChangeOf(const rpc::Writer& at, v1::DatasetKind kind, const std::string& request_id);

screening::SetBy CallerOf(const rpc::Writer& at);

// A key for a new row. Keys rise with time, so that listings are in its order.
std::string NewKey(const rpc::Writer& at);

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
