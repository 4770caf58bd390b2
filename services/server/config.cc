#include "services/server/config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/text_proto.h"
#include "services/identity/settings.h"
#include "services/server/memory_plan.h"
#include "services/server/overload.h"

namespace probity::server {
namespace {

absl::Status CompleteTimestamps(config::v1::TimestampAuthority* authority) {
  if (!absl::StartsWith(authority->url(), "http://") &&
      !absl::StartsWith(authority->url(), "https://")) {
    return InvalidField("timestamp_authority.url", "must be an http:// or https:// address");
  }
  if (authority->ca_file().empty()) {
    return InvalidField("timestamp_authority.ca_file",
                        "is required: the certificates that time stamps must chain to");
  }
  if (!authority->has_every()) authority->mutable_every()->set_seconds(60 * 60);
  const int64_t seconds = authority->every().seconds();
  if (seconds >= 1 && seconds <= 30 * 24 * 60 * 60) return absl::OkStatus();
  return InvalidField("timestamp_authority.every", "must be 1 second to 30 days");
}

absl::Status CompleteLoads(config::v1::ServerConfig* config) {
  if (!config->has_load_expiry()) config->mutable_load_expiry()->set_seconds(7 * 24 * 60 * 60);
  const int64_t seconds = config->load_expiry().seconds();
  if (seconds >= 60 * 60 && seconds <= 365 * 24 * 60 * 60) return absl::OkStatus();
  return InvalidField("load_expiry", "must be 1 hour to 365 days");
}

// Without a slash at its end, since "/" and a name are added.
absl::Status CompletePages(config::v1::ServerConfig* config) {
  std::string uri = config->decision_page_uri();
  if (uri.empty()) return absl::OkStatus();
  while (absl::EndsWith(uri, "/")) uri.pop_back();
  absl::string_view rest = uri;
  const bool is_web =
      absl::ConsumePrefix(&rest, "https://") || absl::ConsumePrefix(&rest, "http://");
  const bool is_plain = std::all_of(rest.begin(), rest.end(), [](char c) {
    return absl::ascii_isgraph(c) && !absl::StrContains("?#\"<>\\", c);
  });
  if (!is_web || rest.empty() || absl::StartsWith(rest, "/") || !is_plain) {
    return InvalidField("decision_page_uri",
                        "must be an https:// (or http://) address without query and fragment, "
                        "such as https://probity.example.org");
  }
  config->set_decision_page_uri(uri);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRange(absl::string_view setting, uint32_t value, uint32_t least, uint32_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return InvalidField(setting, absl::StrCat("must be ", least, " to ", most, ", not ", value));
}

absl::StatusOr<config::v1::ServerConfig> ParseConfig(absl::string_view name,
                                                     const std::string& text) {
  config::v1::ServerConfig config;
  const std::string fault = ReadTextProto(text, &config);
  if (!fault.empty()) return InvalidField("config", absl::StrCat(name, ":", fault));
  if (!config.insecure()) return config;
  return InvalidField("insecure", absl::StrCat("is a flag (--insecure) and not for ", name,
                                               ", which has allow_insecure"));
}

absl::Status CheckPlainAddress(absl::string_view field, absl::string_view address) {
  if (address.empty()) return absl::OkStatus();
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  std::string host(address.substr(0, colon == absl::string_view::npos ? 0 : colon));
  const bool six = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (six) host = host.substr(1, host.size() - 2);
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const bool is_ip = inet_pton(six ? AF_INET6 : AF_INET, host.c_str(), bytes.data()) == 1;
  if (is_ip && absl::SimpleAtoi(address.substr(colon + 1), &port) && port <= 65535) {
    return absl::OkStatus();
  }
  return InvalidField(std::string(field),
                      absl::StrCat("must be IP:PORT, such as 127.0.0.1:9464 or [::1]:9464, not \"",
                                   absl::CHexEscape(address), "\""));
}

absl::Status CompleteConfig(config::v1::ServerConfig* config) {
  if (config->data_dir().empty()) {
    return InvalidField("data_dir", "is required: the directory of the store");
  }
  if (config->listen().empty()) config->set_listen("127.0.0.1:7443");
  const MemoryPlan memory = MemoryPlanOf(*config);
  if (config->block_cache_mib() == 0) {
    config->set_block_cache_mib(static_cast<uint32_t>(memory.block_cache >> 20));
  }
  if (config->load_buffer_mib() == 0) {
    config->set_load_buffer_mib(static_cast<uint32_t>(memory.load_buffer >> 20));
  }
  if (config->disk_reserve_mib() == 0) config->set_disk_reserve_mib(256);
  if (config->drain_seconds() == 0) config->set_drain_seconds(10);
  if (config->watch_checkpoint_seconds() == 0) config->set_watch_checkpoint_seconds(30);
  if (config->watch_kept_events() == 0) config->set_watch_kept_events(1000000);
  if (config->decision_hold_days() == 0) config->set_decision_hold_days(3653);
  if (config->backup_mib_per_second() == 0) config->set_backup_mib_per_second(200);
  if (config->access_log_days() == 0) config->set_access_log_days(400);
  if (!config->has_record_acts()) config->set_record_acts(true);
  if (config->log_level().empty()) config->set_log_level("info");
  if (config->evidence_dir().empty()) config->set_evidence_dir(config->data_dir() + "/evidence");
  if (config->default_policy().empty()) config->set_default_policy("policies/standard");
  const std::string& level = config->log_level();
  if (level != "debug" && level != "info" && level != "warning" && level != "error") {
    return InvalidField("log_level",
                        absl::StrCat("must be debug, info, warning or error, not \"", level, "\""));
  }
  if (config->has_timestamp_authority()) {
    absl::Status stamps = CompleteTimestamps(config->mutable_timestamp_authority());
    if (!stamps.ok()) return stamps;
  }
  if (absl::Status loads = CompleteLoads(config); !loads.ok()) return loads;
  if (absl::Status pages = CompletePages(config); !pages.ok()) return pages;
  if (absl::Status overload = CompleteOverload(config); !overload.ok()) return overload;
  for (const absl::Status& checked :
       {CheckRange("block_cache_mib", config->block_cache_mib(), 8, 65536),
        CheckRange("load_buffer_mib", config->load_buffer_mib(), 16, 4096),
        CheckRange("drain_seconds", config->drain_seconds(), 1, 600),
        CheckRange("watch_checkpoint_seconds", config->watch_checkpoint_seconds(), 1, 30),
        CheckRange("backup_mib_per_second", config->backup_mib_per_second(), 1, 100000),
        CheckRange("watch_kept_events", config->watch_kept_events(), 1, 100000000),
        CheckRange("access_log_days", config->access_log_days(), 1, 36525),
        CheckRange("decision_hold_days", config->decision_hold_days(), 1, 36525),
        CheckPlainAddress("metrics_listen", config->metrics_listen()),
        CheckPlainAddress("health_listen", config->health_listen())}) {
    if (!checked.ok()) return checked;
  }
  return identity::CompleteIdentity(config);
}

}  // namespace probity::server
