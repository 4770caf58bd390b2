// More searches by name than a server can answer, from many clients, and lookups beside
// them. Finds first how many searches it can answer, then asks for up to four times as
// many, and then for half as many until all is as it was.
//
// The last line is a JSON object of the figures. Void, exit 3, when calls were begun late:
// then the generator was measured and not the server.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "benchmarks/traffic.h"

namespace probity::benchmarks {
namespace {

constexpr int kVoid = 3;
constexpr double kMostLagMs = 1;
constexpr double kLookups = 500;  // a second, all the time
constexpr int kCallers = 64;      // who keep the server busy to find what it manages
// Between two looks at the server's memory.
constexpr absl::Duration kLook = absl::Milliseconds(200);
// Windows in which it is told whether all is as it was.
constexpr absl::Duration kWindow = absl::Milliseconds(500);
constexpr absl::Duration kRecovery = absl::Seconds(15);

struct Options {
  std::string server;
  uint32_t suppliers = 1000000;
  int clients = 200;
  double seconds = 60;  // of overload
  int pid = 0;          // the server's
  std::string token_file;
};

// What a process has its own, in MiB; 0 where it is gone.
double AnonymousMib(int pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == "RssAnon:" && status >> kib) return kib / 1024;
  }
  return 0;
}

// The most that a process has its own from now on.
class MemoryWatch {
 public:
  explicit MemoryWatch(int pid) : thread_([this, pid] { Watch(pid); }) {}
  ~MemoryWatch() { Stop(); }
  // In MiB.
  double Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    return most_;
  }

 private:
  void Watch(int pid) {
    for (; !stopping_; absl::SleepFor(kLook)) most_ = std::max(most_, AnonymousMib(pid));
  }

  double most_ = 0;  // of the thread while it runs
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// The first word of each line of a token file.
std::vector<std::string> TokensOf(const std::string& path) {
  std::vector<std::string> tokens;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    tokens.push_back(line.substr(0, line.find(' ')));
  }
  return tokens;
}

size_t CountOk(const std::vector<Outcome>& outcomes) {
  return static_cast<size_t>(std::count_if(outcomes.begin(), outcomes.end(),
                                           [](const Outcome& one) { return one.status.ok(); }));
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        clients_(options.server, options.clients, options.suppliers,
                 {nullptr, TokensOf(options.token_file)}) {}

  int Run() {
    if (!clients_.Connect()) {
      std::cerr << "probity_overload_bench: cannot connect to " << options_.server << '\n';
      return 1;
    }
    // gRPC's threads are there by now and stay as they are, while this one begins calls on
    // time. Where the system refuses, the lag tells.
    setpriority(PRIO_PROCESS, 0, -10);
    MeasureIdle();
    FindSustainable();
    before_mib_ = AnonymousMib(options_.pid);
    MemoryWatch memory(options_.pid);
    for (const double times : {1.5, 2.5, 4.0}) Overload(times);
    most_mib_ = memory.Stop();
    if (shed_.empty()) {
      std::cerr << "probity_overload_bench: nothing was shed, so no overload came about\n";
      return 1;
    }
    Recover();
    return Report();
  }

 private:
  Arrivals Lookups() const {
    return {kLookups, [this](uint64_t number, Clients::Done done) {
              clients_.Lookup(number, std::move(done));
            }};
  }
  Arrivals Searches(double per_second) const {
    return {per_second, [this](uint64_t number, Clients::Done done) {
              clients_.Search(number, std::move(done));
            }};
  }
  Arrived Send(const std::vector<Arrivals>& kinds, absl::Duration length) {
    Arrived arrived = RunOpenLoop(kinds, length);
    lag_.insert(lag_.end(), arrived.lag_ms.begin(), arrived.lag_ms.end());
    return arrived;
  }

  void MeasureIdle() {
    RunClosedLoop(4, absl::Seconds(2), [this](uint64_t number, Clients::Done done) {
      clients_.Lookup(number, std::move(done));
    });
    const Arrived idle = Send({Lookups()}, absl::Seconds(10));
    failed_lookups_ += idle.outcomes[0].size() - CountOk(idle.outcomes[0]);
    idle_p99_ = Quantile(MillisecondsOf(idle.outcomes[0]), 0.99);
    absl::PrintF("idle: %.0f lookups a second, p99 %.2f ms\n", kLookups, idle_p99_);
  }

  // Lookups go on beside, as they will.
  void FindSustainable() {
    constexpr absl::Duration kLength = absl::Seconds(10);
    std::thread beside([this] { RunOpenLoop({Lookups()}, kLength); });
    const std::vector<Outcome> searches = RunClosedLoop(
        kCallers, kLength,
        [this](uint64_t number, Clients::Done done) { clients_.Search(number, std::move(done)); });
    beside.join();
    sustainable_ = static_cast<double>(CountOk(searches)) / absl::ToDoubleSeconds(kLength);
    absl::PrintF("sustainable: %.0f searches a second (%d callers, %d turned away)\n", sustainable_,
                 kCallers, searches.size() - CountOk(searches));
  }

  void Overload(double times) {
    const absl::Duration length = absl::Seconds(options_.seconds / 3);
    const Arrived arrived = Send({Lookups(), Searches(times * sustainable_)}, length);
    const std::vector<Outcome>& lookups = arrived.outcomes[0];
    const std::vector<Outcome>& searches = arrived.outcomes[1];
    std::vector<double> shed;
    size_t late = 0;
    for (const Outcome& one : searches) {
      if (one.WasShed()) shed.push_back(one.Milliseconds());
      if (!one.status.ok() && !one.WasShed()) ++late;
    }
    const double good = static_cast<double>(CountOk(searches)) / absl::ToDoubleSeconds(length);
    const double p99 = Quantile(MillisecondsOf(lookups), 0.99);
    failed_lookups_ += lookups.size() - CountOk(lookups);
    goodput_ = std::min(goodput_, good / sustainable_);
    lookup_p99_ = std::max(lookup_p99_, p99);
    shed_.insert(shed_.end(), shed.begin(), shed.end());
    absl::PrintF(
        "%.1f times as many: %.0f a second answered, %d shed (p99 %.2f ms), %d too late or "
        "failed; lookups p99 %.2f ms\n",
        times, good, shed.size(), Quantile(shed, 0.99), late, p99);
  }

  // Until the end of the last window in which a search was not answered, or lookups took
  // longer than three times as long as they do when nothing else is asked.
  void Recover() {
    const absl::Time begin = absl::Now();
    const Arrived after = Send({Lookups(), Searches(sustainable_ / 2)}, kRecovery);
    for (absl::Time at = begin; at < begin + kRecovery; at += kWindow) {
      std::vector<double> lookups;
      bool well = true;
      for (size_t kind = 0; kind < after.outcomes.size(); ++kind) {
        for (const Outcome& one : after.outcomes[kind]) {
          if (one.due < at || one.due >= at + kWindow) continue;
          well = well && one.status.ok();
          if (kind == 0) lookups.push_back(one.Milliseconds());
        }
      }
      if (well && Quantile(lookups, 0.9) <= 3 * idle_p99_) continue;
      recovery_ = absl::ToDoubleSeconds(at + kWindow - begin);
    }
  }

  int Report() const {
    const double lag = Quantile(lag_, 0.99);
    absl::PrintF("begun late: p99 %.2f ms, at most %.1f ms; %d lookups failed\n", lag,
                 Quantile(lag_, 1), failed_lookups_);
    absl::PrintF("%.0f MiB the server's own before the overload, at most %.0f in it\n", before_mib_,
                 most_mib_);
    absl::PrintF(
        "{\"goodput_ratio\": %.3f, \"admitted_lookup_p99_ratio\": %.2f, \"shed_p99_ms\": %.2f, "
        "\"recovery_seconds\": %.1f, \"generator_lag_ms\": %.2f, \"failed_lookups\": %d, "
        "\"overload_anon_growth\": %.3f}\n",
        goodput_, lookup_p99_ / idle_p99_, Quantile(shed_, 0.99), recovery_, lag, failed_lookups_,
        most_mib_ / before_mib_ - 1);
    return lag > kMostLagMs ? kVoid : 0;
  }

  const Options& options_;
  Clients clients_;
  double idle_p99_ = 0;
  double sustainable_ = 0;
  double goodput_ = 1e9;  // least
  double lookup_p99_ = 0;
  double recovery_ = 0;
  double before_mib_ = 0;
  double most_mib_ = 0;
  size_t failed_lookups_ = 0;
  std::vector<double> shed_;
  std::vector<double> lag_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Asks a server for more than it can answer.");
  Options options;
  app.add_option("--server", options.server, "Loopback HOST:PORT")->required();
  app.add_option("--suppliers", options.suppliers, "How many the store holds")->required();
  app.add_option("--pid", options.pid, "The server's process")->required();
  app.add_option("--token_file", options.token_file, "Its tokens, which the clients take in turn")
      ->check(CLI::ExistingFile);
  app.add_option("--clients", options.clients)->capture_default_str()->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "Of overload")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return Bench(options).Run();
}
