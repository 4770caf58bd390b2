// StreamScreenSuppliers, as a test has set it.
#ifndef PROBITY_CLIENT_SRC_TESTING_SCREENING_RUN_H_
#define PROBITY_CLIENT_SRC_TESTING_SCREENING_RUN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "src/testing/answers.h"

namespace probity::client::fake {

// One call of it: the opening, then a result with a resume token for each item. Not thread-safe.
class ScreeningRun {
 public:
  // Borrows the answers.
  explicit ScreeningRun(Answers* answers) : answers_(answers) {}

  Reply Take(const std::string& bytes);

 private:
  Reply Open(const v1::StreamScreenSuppliersRequest& request);
  Reply Decide(v1::BatchScreenItem item);
  // ID@POSITION, of this class alone.
  std::string Token() const;

  Answers* const answers_;
  std::optional<v1::StreamScreenSettings> settings_;  // absent before the first message
  std::string stream_id_;
  uint64_t position_ = 0;
};

}  // namespace probity::client::fake

#endif  // PROBITY_CLIENT_SRC_TESTING_SCREENING_RUN_H_
