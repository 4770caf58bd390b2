#include "services/server/running_settings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/rpc/call_log.h"
#include "spdlog/spdlog.h"

namespace probity::server {
namespace {

// What a server takes while it runs.
constexpr const char* kTaken[] = {
    "log_level",          "drain_seconds", "caller_units_per_second", "caller_burst_seconds",
    "streams_per_caller", "caller_quotas"};

bool TakenWhileRunning(const google::protobuf::FieldDescriptor& setting) {
  return std::count(std::begin(kTaken), std::end(kTaken), setting.name()) > 0;
}

// All settings of the two kinds, in the order in which the proto has them.
std::vector<const google::protobuf::FieldDescriptor*> SettingsThat(bool are_taken) {
  std::vector<const google::protobuf::FieldDescriptor*> settings;
  const google::protobuf::Descriptor& type = *config::v1::ServerConfig::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (TakenWhileRunning(*type.field(i)) == are_taken) settings.push_back(type.field(i));
  }
  return settings;
}

}  // namespace

std::vector<std::string> WaitForStart(const config::v1::ServerConfig& running,
                                      const config::v1::ServerConfig& read) {
  std::vector<std::string> settings;
  google::protobuf::util::MessageDifferencer differencer;
  for (const google::protobuf::FieldDescriptor* field : SettingsThat(/*are_taken=*/false)) {
    if (!differencer.CompareWithFields(running, read, {field}, {field})) {
      settings.push_back(field->name());
    }
  }
  return settings;
}

RunningSettings::RunningSettings(config::v1::ServerConfig config, Read read)
    : config_(std::move(config)), read_(std::move(read)) {}

absl::Status RunningSettings::Reload() {
  auto read = read_();
  if (!read.ok()) return read.status();
  const std::vector<std::string> waiting = WaitForStart(config_, *read);
  if (!waiting.empty()) {
    rpc::LogWarning(absl::StrCat("these settings changed and hold from the next start on: ",
                                 absl::StrJoin(waiting, ", ")));
  }
  config_.GetReflection()->SwapFields(&config_, &*read, SettingsThat(/*are_taken=*/true));
  spdlog::set_level(spdlog::level::from_str(config_.log_level()));
  return absl::OkStatus();
}

}  // namespace probity::server
