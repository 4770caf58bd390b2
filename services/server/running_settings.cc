#include "services/server/running_settings.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/rpc/call_log.h"
#include "spdlog/spdlog.h"

namespace probity::server {
namespace {

bool TakenWhileRunning(const std::string& setting) {
  return setting == "log_level" || setting == "drain_seconds";
}

}  // namespace

std::vector<std::string> WaitForStart(const config::v1::ServerConfig& running,
                                      const config::v1::ServerConfig& read) {
  std::vector<std::string> settings;
  google::protobuf::util::MessageDifferencer differencer;
  const google::protobuf::Descriptor& type = *config::v1::ServerConfig::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = type.field(i);
    if (TakenWhileRunning(field->name())) continue;
    if (!differencer.CompareWithFields(running, read, {field}, {field})) {
      settings.push_back(field->name());
    }
  }
  return settings;
}

RunningSettings::RunningSettings(config::v1::ServerConfig config, Read read)
    : config_(std::move(config)), read_(std::move(read)) {}

absl::Status RunningSettings::Reload() {
  const auto read = read_();
  if (!read.ok()) return read.status();
  const std::vector<std::string> waiting = WaitForStart(config_, *read);
  if (!waiting.empty()) {
    rpc::LogWarning(absl::StrCat("these settings changed and hold from the next start on: ",
                                 absl::StrJoin(waiting, ", ")));
  }
  config_.set_log_level(read->log_level());
  config_.set_drain_seconds(read->drain_seconds());
  spdlog::set_level(spdlog::level::from_str(config_.log_level()));
  return absl::OkStatus();
}

}  // namespace probity::server
