#include "services/server/overload.h"

#include <algorithm>
#include <climits>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "grpc/grpc.h"
#include "grpcpp/resource_quota.h"
#include "services/rpc/limits.h"
#include "services/server/config.h"
#include "services/server/memory_plan.h"

namespace probity::server {
namespace {

// With more, waiting for memory takes the place of waiting for a thread.
constexpr unsigned kMostHeavyThreads = 16;

constexpr uint32_t kMostUnits = 1000000000;
constexpr uint32_t kMostStreams = 10000;
constexpr uint32_t kYear = 365 * 24 * 60 * 60;

absl::Status CheckQuota(const std::string& field, const config::v1::CallerQuota& quota) {
  if (quota.principal().empty()) {
    return InvalidField(field + ".principal", "is required: whose quota it is");
  }
  if (!quota.authority().empty() && !absl::StartsWith(quota.authority(), "authorities/")) {
    return InvalidField(
        field + ".authority",
        absl::StrCat("must be authorities/{a} or empty, not \"", quota.authority(), "\""));
  }
  absl::Status well = absl::OkStatus();
  if (quota.units_per_second() != 0) {
    well = CheckRange(field + ".units_per_second", quota.units_per_second(), 10, kMostUnits);
  }
  if (well.ok() && quota.streams() != 0) {
    well = CheckRange(field + ".streams", quota.streams(), 1, kMostStreams);
  }
  return well;
}

template <typename Number>
Number Or(Number value, Number otherwise) {
  return value == 0 ? otherwise : value;
}

}  // namespace

absl::Status CompleteOverload(config::v1::ServerConfig* config) {
  config->set_caller_units_per_second(Or(config->caller_units_per_second(), 200000U));
  config->set_caller_burst_seconds(Or(config->caller_burst_seconds(), 10U));
  config->set_streams_per_caller(Or(config->streams_per_caller(), 16U));
  config->set_max_streams(Or(config->max_streams(), 1000U));
  config->set_stream_idle_seconds(Or(config->stream_idle_seconds(), 300U));
  config->set_connection_age_seconds(Or(config->connection_age_seconds(), 3600U));
  config->set_connection_idle_seconds(Or(config->connection_idle_seconds(), 1800U));
  for (int i = 0; i < config->caller_quotas_size(); ++i) {
    absl::Status well =
        CheckQuota(absl::StrCat("caller_quotas[", i, "]"), config->caller_quotas(i));
    if (!well.ok()) return well;
  }
  for (const absl::Status& checked :
       {CheckRange("caller_units_per_second", config->caller_units_per_second(), 10, kMostUnits),
        CheckRange("caller_burst_seconds", config->caller_burst_seconds(), 1, 600),
        CheckRange("streams_per_caller", config->streams_per_caller(), 1, kMostStreams),
        CheckRange("max_streams", config->max_streams(), 1, 100000),
        CheckRange("stream_idle_seconds", config->stream_idle_seconds(), 1, 86400),
        CheckRange("connection_age_seconds", config->connection_age_seconds(), 60, kYear),
        CheckRange("connection_idle_seconds", config->connection_idle_seconds(), 10, kYear),
        config->memory_limit_mib() == 0
            ? absl::OkStatus()
            : CheckRange("memory_limit_mib", config->memory_limit_mib(), 128, 4194304)}) {
    if (!checked.ok()) return checked;
  }
  return absl::OkStatus();
}

admission::Quotas QuotasOf(const config::v1::ServerConfig& config) {
  const auto quota = [&config](uint32_t units, uint32_t streams) {
    const double rate = Or(units, config.caller_units_per_second());
    return admission::Quota{{rate, rate * config.caller_burst_seconds()},
                            Or(streams, config.streams_per_caller())};
  };
  admission::Quotas quotas;
  quotas.each = quota(0, 0);
  for (const config::v1::CallerQuota& named : config.caller_quotas()) {
    quotas.named.emplace_back(rpc::Caller{named.principal(), named.authority()},
                              quota(named.units_per_second(), named.streams()));
  }
  return quotas;
}

admission::AdmissionOptions AdmissionOptionsOf(const config::v1::ServerConfig& config) {
  admission::AdmissionOptions options;
  options.quotas = QuotasOf(config);
  options.max_streams = config.max_streams();
  options.heavy_threads =
      static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 2U, kMostHeavyThreads));
  options.limit.least = 2 * options.heavy_threads;
  return options;
}

Guard::Guard(const config::v1::ServerConfig& config)
    : admission_(AdmissionOptionsOf(config)), idle_(absl::Seconds(config.stream_idle_seconds())) {}

void Guard::Protect(rpc::Environment* env) {
  env->gates.push_back(&admission_);
  env->lanes = &admission_;
  env->idle = &idle_;
}

void LimitTransport(const config::v1::ServerConfig& config, grpc::ServerBuilder* builder) {
  const auto set = [builder](const char* argument, int value) {
    builder->AddChannelArgument(argument, value);
  };
  const auto set_seconds = [&set](const char* argument, uint32_t seconds) {
    // gRPC takes no more than fits.
    set(argument, static_cast<int>(std::min(uint64_t{seconds} * 1000, uint64_t{INT_MAX})));
  };
  // Linux would let two servers share the port and split the calls.
  set(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->SetMaxReceiveMessageSize(rpc::kMaxRequestBytes);
  // The limit holds for what is sent: four packed megabytes may be four gigabytes.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  set(GRPC_ARG_MAX_METADATA_SIZE, rpc::kMaxMetadataBytes);
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, rpc::kMaxCallsOfConnection);
  set_seconds(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, rpc::kPingSeconds);
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  set(GRPC_ARG_HTTP2_MAX_PING_STRIKES, rpc::kMaxPingStrikes);
  set_seconds(GRPC_ARG_KEEPALIVE_TIME_MS, rpc::kKeepaliveSeconds);
  set_seconds(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, rpc::kKeepaliveTimeoutSeconds);
  set_seconds(GRPC_ARG_MAX_CONNECTION_AGE_MS, config.connection_age_seconds());
  set_seconds(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, rpc::kConnectionGraceSeconds);
  set_seconds(GRPC_ARG_MAX_CONNECTION_IDLE_MS, config.connection_idle_seconds());
  grpc::ResourceQuota quota("probity");
  quota.Resize(MemoryPlanOf(config).transport);
  // Reflection is the one service that holds a thread for each of its calls.
  quota.SetMaxThreads(rpc::kMaxSyncThreads);
  builder->SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder->SetResourceQuota(quota);
}

}  // namespace probity::server
