#include "services/server/run.h"

#include <signal.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/call_log.h"
#include "services/rpc/reloads.h"
#include "services/server/notify.h"
#include "spdlog/spdlog.h"

namespace probity::server {
namespace {

// Blocks the signals in all threads that are started later; waits for one.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, signal);
    std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more must not end it
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  int Wait() {
    int signal = 0;
    sigwait(&set_, &signal);
    return signal;
  }

 private:
  sigset_t set_;
};

// Where a supervisor listens; empty: nowhere. Not for the programs started from here.
std::string TakeNotifySocket() {
  const char* socket = std::getenv("NOTIFY_SOCKET");
  std::string taken = socket == nullptr ? "" : socket;
  unsetenv("NOTIFY_SOCKET");
  return taken;
}

}  // namespace

absl::Status RunServer(const config::v1::ServerConfig& config, RunningSettings::Read read,
                       const Starter& start) {
  spdlog::set_pattern("%v");
  spdlog::set_level(spdlog::level::from_str(config.log_level()));
  spdlog::flush_on(spdlog::level::warn);
  const std::string supervisor = TakeNotifySocket();
  Signals signals;
  RunningSettings settings(config, std::move(read));
  auto server = start(config);
  if (!server.ok()) return server.status();
  rpc::Reloads& reloads = (*server)->reloads();
  reloads.Add("settings", [&settings, &server] {
    const absl::Status read = settings.Reload();
    if (read.ok()) (*server)->Take(settings.config());
    return read;
  });
  const std::string& listen = config.listen();
  std::cout << "probityd listens on " << listen.substr(0, listen.rfind(':') + 1)
            << (*server)->port() << std::endl;
  Notify(supervisor, "READY=1");
  while (signals.Wait() == SIGHUP) {
    const int failed = reloads.Run(&rpc::LogReload);
    Notify(supervisor, failed == 0 ? "STATUS=Serving"
                                   : absl::StrCat("STATUS=Serving; ", failed,
                                                  " parts could not be read again, see the log"));
  }
  Notify(supervisor, "STOPPING=1");
  (*server)->Drain(settings.drain_limit());
  return absl::OkStatus();
}

}  // namespace probity::server
