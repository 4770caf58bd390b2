#include "services/access/access_log.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/log_text.h"
#include "base/random.h"
#include "base/replace_file.h"
#include "base/tables.h"
#include "services/access/permissions.h"
#include "services/rpc/subjects.h"

namespace probity::access {
namespace {

constexpr size_t kKeyBytes = 32, kHashBytes = 16;
constexpr mode_t kOthers = 0077;
constexpr absl::Duration kTick = absl::Seconds(1);
// Bytes of a line with one subject, and some.
constexpr size_t kUsualLine = 512;
// Of lines that wait for the disk: calls that were running when it failed, some 30,000 that
// name a subject each.
constexpr size_t kMaxWaitingBytes = 8 << 20;

// Who can read the key can try which subjects the log is about.
void WarnOfReaders(const std::string& path, const std::function<void(absl::string_view)>& warn) {
  struct stat facts = {};
  if (stat(path.c_str(), &facts) != 0 || (facts.st_mode & kOthers) == 0) return;
  warn(absl::StrCat("the key of the access log in ", path,
                    " can be read by others than its owner; make it mode 0600"));
}

absl::StatusOr<std::string> MakeKey(const std::string& path) {
  std::string key = RandomBytes(kKeyBytes);
  if (absl::Status kept = ReplaceFile(path, key, kPrivateFile); !kept.ok()) return kept;
  return key;
}

absl::StatusOr<std::string> ReadOrMakeKey(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return MakeKey(path);
  auto key = ReadFile(path);
  if (!key.ok()) return key.status();
  if (key->size() == kKeyBytes) return *std::move(key);
  return InvalidField("data_dir", absl::StrCat(path, " is damaged: it must hold ", kKeyBytes,
                                               " bytes; move it aside, and another is made"));
}

DayNumber DayOf(absl::Time time) { return DayOfSeconds(absl::ToUnixSeconds(time)); }

std::string MethodPart(absl::string_view method, v1::Permission permission) {
  return absl::StrCat(R"(","method":")", method, R"(","permission":")", NameOf(permission),
                      R"(","principal":)");
}

absl::flat_hash_map<std::string, std::string> MethodParts() {
  const MethodPermissions permissions;
  absl::flat_hash_map<std::string, std::string> parts;
  for (const google::protobuf::ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string method = MethodName(*service->method(i));
      parts[method] = MethodPart(method, permissions.Of(method));
    }
  }
  return parts;
}

std::string KindOf(const rpc::EndedCall& ended) {
  return absl::StrCat(ended.method, "\n", ended.call.caller.principal, "\n",
                      ended.call.caller.authority, "\n", ended.call.caller.via, "\n",
                      ended.status.code(), "\n", ReasonOf(ended.status));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AccessLog>> AccessLog::Open(AccessLogOptions options) {
  std::error_code fault;
  std::filesystem::create_directories(options.directory, fault);
  if (fault) return StoreNotWritable(options.directory, fault.message());
  const std::string key_path = absl::StrCat(options.directory, "/subject.key");
  auto key = ReadOrMakeKey(key_path);
  if (!key.ok()) return key.status();
  WarnOfReaders(key_path, options.warn);
  std::unique_ptr<AccessLog> log(new AccessLog(std::move(options), *key));
  {
    absl::MutexLock lock(&log->mutex_);
    auto file = log->files_.Of(DayOf(log->options_.clock()));
    if (!file.ok()) return file.status();
    if ((*file)->EndsInsideALine()) log->Add("");
  }
  log->thread_ = std::thread([raw = log.get()] { raw->Run(); });
  return log;
}

AccessLog::AccessLog(AccessLogOptions options, const std::string& key)
    : options_(std::move(options)),
      key_(key),
      methods_(MethodParts()),
      files_(options_.directory, options_.kept_days) {}

AccessLog::~AccessLog() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
  Tick();
  absl::MutexLock lock(&mutex_);
  if (!broken_.ok()) {
    options_.warn(absl::StrCat("lines of the access log are lost, ", waiting_.size(), " bytes, ",
                               refused_, " refused calls: ", broken_.message()));
  }
}

absl::Status AccessLog::Enter(const grpc::CallbackServerContext& /*context*/,
                              absl::string_view /*method*/, rpc::CallContext* /*call*/) {
  if (writable_) return absl::OkStatus();
  absl::MutexLock lock(&mutex_);
  return broken_;
}

std::string AccessLog::HashOf(absl::string_view subject) const {
  const std::string hash = key_.Of(subject);
  return ToHex(absl::string_view(hash).substr(0, kHashBytes));
}

std::string AccessLog::LineOf(const rpc::EndedCall& ended) const {
  const rpc::CallContext& call = ended.call;
  const auto known = methods_.find(ended.method);
  const bool is_known = known != methods_.end();
  const std::string other = is_known ? "" : MethodPart(ended.method, v1::PERMISSION_UNSPECIFIED);
  std::string line;
  line.reserve(kUsualLine);
  // What identities say is not trusted with the form of a line.
  absl::StrAppend(&line, R"({"at":")", UtcText(call.received_at), R"(","call_id":")", call.call_id,
                  is_known ? known->second : other, JsonText(call.caller.principal),
                  R"(,"authority":)", JsonText(call.caller.authority));
  if (!call.caller.via.empty()) absl::StrAppend(&line, R"(,"via":)", JsonText(call.caller.via));
  absl::StrAppend(&line, R"(,"code":")", absl::StatusCodeToString(ended.status.code()), "\"");
  if (ReasonOf(ended.status) != v1::ERROR_REASON_UNSPECIFIED) {
    absl::StrAppend(&line, R"(,"reason":")", ReasonName(ReasonOf(ended.status)), "\"");
  }
  absl::string_view before = R"(,"subjects":[)";
  const size_t told = std::min(call.subjects.size(), rpc::kMaxSubjects);
  for (size_t i = 0; i < told; ++i) {
    absl::StrAppend(&line, before, "\"", HashOf(call.subjects[i]), "\"");
    before = ",";
  }
  if (told > 0) absl::StrAppend(&line, "]");
  if (told < call.subjects.size()) absl::StrAppend(&line, R"(,"subjects_cut":true)");
  absl::StrAppend(&line, R"(,"duration_us":)", absl::ToInt64Microseconds(ended.duration), "}");
  return line;
}

void AccessLog::Ended(const rpc::EndedCall& ended) {
  if (ReasonOf(ended.status) == v1::ERROR_REASON_ACCESS_LOG_UNAVAILABLE) {
    absl::MutexLock lock(&mutex_);
    ++refused_;
    return;
  }
  std::string line = LineOf(ended);
  std::string kind = ended.let_on ? "" : KindOf(ended);
  absl::MutexLock lock(&mutex_);
  if (ended.let_on) return Add(line);
  const auto [at, is_first] = repeated_.try_emplace(std::move(kind));
  if (is_first) return Add(line);
  ++at->second.times;
  at->second.last = std::move(line);
}

void AccessLog::Add(absl::string_view line) {
  if (waiting_.size() > kMaxWaitingBytes) {
    ++unwritten_;
    return;
  }
  absl::StrAppend(&waiting_, line, "\n");
  // What is broken is tried once a second, not by each call.
  if (broken_.ok()) Write();
}

bool AccessLog::Write() {
  // What was begun in a file ends there, though its day may be over.
  const DayNumber day = cut_.value_or(DayOf(options_.clock()));
  auto file = files_.Of(day);
  if (!file.ok()) return Break(file.status());
  // Yesterday's, once a day.
  if (unsynced_ != nullptr && unsynced_ != *file && !unsynced_->Sync()) {
    return Break(absl::UnavailableError(std::strerror(errno)));
  }
  const size_t written = (*file)->Append(waiting_);
  const int error = errno;
  if (written > 0) {
    unsynced_ = *file;
    cut_ = waiting_[written - 1] == '\n' ? std::nullopt : std::make_optional(day);
  }
  const bool all = written == waiting_.size();
  waiting_.erase(0, written);
  return all || Break(absl::UnavailableError(std::strerror(error)));
}

bool AccessLog::Break(const absl::Status& why) {
  if (broken_.ok()) {
    options_.warn(absl::StrCat("the access log ", options_.directory, " cannot be written: ",
                               why.message(), "; calls are refused until it can"));
  }
  broken_ = AccessLogUnavailable(options_.directory, why.message());
  writable_ = false;
  files_.Close();
  return false;
}

void AccessLog::Mend() {
  if (!broken_.ok()) {
    if (!Write()) return;
    broken_ = absl::OkStatus();
    writable_ = true;
    options_.warn(absl::StrCat("the access log ", options_.directory, " can be written again"));
  }
  if (refused_ + unwritten_ == 0) return;
  Add(absl::StrCat(R"({"at":")", UtcText(options_.clock()), R"(","refused_while_not_writable":)",
                   std::exchange(refused_, 0), R"(,"not_written":)", std::exchange(unwritten_, 0),
                   "}"));
}

void AccessLog::TellRepeated() {
  for (auto& [kind, repeated] : repeated_) {
    if (repeated.times == 0) continue;
    const absl::string_view last = absl::StripSuffix(repeated.last, "}");
    Add(absl::StrCat(last, R"(,"repeated":)", repeated.times, "}"));
  }
  repeated_.clear();
}

void AccessLog::Sync() {
  std::shared_ptr<AppendedFile> file;
  {
    absl::MutexLock lock(&mutex_);
    file = std::exchange(unsynced_, nullptr);
  }
  // Without the lock: calls do not wait for the disk.
  if (file == nullptr || file->Sync()) return;
  const int error = errno;
  absl::MutexLock lock(&mutex_);
  Break(absl::UnavailableError(std::strerror(error)));
}

void AccessLog::Tick() {
  {
    absl::MutexLock lock(&mutex_);
    Mend();
    TellRepeated();
  }
  Sync();
}

void AccessLog::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kTick)) return;
    }
    Tick();
  }
}

}  // namespace probity::access
