#include "services/metrics/call_metrics.h"

#include <thread>
#include <vector>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "prometheus/text_serializer.h"

namespace probity::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CallMetricsTest : public ::testing::Test {
 protected:
  void End(absl::string_view method, const absl::Status& status, absl::Duration duration) {
    metrics_.Ended({call_, method, status, duration});
  }
  std::string Text() { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  prometheus::Registry registry_;
  CallMetrics metrics_{registry_};
  rpc::CallContext call_;
};

TEST_F(CallMetricsTest, CountsByMethodAndCode) {
  metrics_.Began("A.X");
  metrics_.Began("A.X");
  metrics_.Began("A.Y");
  EXPECT_THAT(Text(), HasSubstr("probity_rpc_in_flight{method=\"A.X\"} 2"));
  End("A.X", absl::OkStatus(), absl::Milliseconds(3));
  End("A.X", SupplierNotFound("suppliers/x"), absl::Milliseconds(300));
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("probity_rpc_in_flight{method=\"A.X\"} 0"));
  EXPECT_THAT(text, HasSubstr("probity_rpc_in_flight{method=\"A.Y\"} 1"));
  EXPECT_THAT(text, HasSubstr("_count{code=\"OK\",method=\"A.X\"} 1"));
  EXPECT_THAT(text, HasSubstr("_count{code=\"NOT_FOUND\",method=\"A.X\"} 1"));
  EXPECT_THAT(text, HasSubstr("_bucket{code=\"OK\",method=\"A.X\",le=\"0.0025\"} 0"));
  EXPECT_THAT(text, HasSubstr("_bucket{code=\"OK\",method=\"A.X\",le=\"0.005\"} 1"));
  EXPECT_THAT(text, HasSubstr("_bucket{code=\"NOT_FOUND\",method=\"A.X\",le=\"0.25\"} 0"));
  EXPECT_THAT(text, Not(HasSubstr("suppliers/x")));
}

TEST_F(CallMetricsTest, ACodeThatGrpcDoesNotHaveIsUnknown) {
  metrics_.Began("A.X");
  End("A.X", absl::Status(static_cast<absl::StatusCode>(99), ""), absl::ZeroDuration());
  EXPECT_THAT(Text(), HasSubstr("_count{code=\"UNKNOWN\",method=\"A.X\"} 1"));
}

TEST_F(CallMetricsTest, LosesNoCallOfManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 1000; ++n) {
        metrics_.Began("A.X");
        End("A.X", absl::OkStatus(), absl::Microseconds(n));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Text(), HasSubstr("_count{code=\"OK\",method=\"A.X\"} 4000"));
  EXPECT_THAT(Text(), HasSubstr("probity_rpc_in_flight{method=\"A.X\"} 0"));
}

}  // namespace
}  // namespace probity::metrics
