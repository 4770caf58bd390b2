#include <chrono>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/server_check.h"
#include "grpcpp/generic/generic_stub.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr int kLookups = 200, kSearches = 20;
constexpr std::chrono::seconds kPatience{10};

// An empty HealthCheckRequest asks after the whole server.
Finding CheckHealth(Session& session) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::Status status = session.PrepareStream(context);
  std::string bytes;
  if (status.ok()) {
    grpc::GenericStub stub(session.Channel());
    const grpc::ByteBuffer nothing(nullptr, 0);
    grpc::ByteBuffer response;
    absl::Notification done;
    stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &nothing, &response,
                   [&status, &done](grpc::Status ended) {
                     status = std::move(ended);
                     done.Notify();
                   });
    done.WaitForNotification();
    grpc::Slice slice;
    if (status.ok() && response.DumpToSingleSlice(&slice).ok()) {
      bytes.assign(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  return JudgeHealth(status, bytes);
}

// Asks the same thing `count` times, one call behind the other; ends with the first failure.
template <typename Method, typename Request, typename Response>
CallTimes Measure(Session& session, Method method, const Request& request, int count,
                  Response* response, std::vector<ClockReading>* clocks) {
  CallTimes calls;
  for (int i = 0; i < count && calls.status.ok(); ++i) {
    const absl::Time sent = absl::Now();
    calls.status = session.Call(method, request, response);
    const absl::Time received = absl::Now();
    if (!calls.status.ok()) break;
    calls.times.push_back(received - sent);
    const auto& at = response->stamp().evaluated_at();
    clocks->push_back(
        {sent, received, absl::FromUnixSeconds(at.seconds()) + absl::Nanoseconds(at.nanos())});
  }
  return calls;
}

std::vector<Finding> CheckCalls(Session& session) {
  std::vector<ClockReading> clocks;
  v1::LookupSuppliersRequest lookup;
  v1::Identifier* identifier = lookup.add_identifiers();
  identifier->set_scheme("GB-COH");
  identifier->set_value("00000000");
  v1::LookupSuppliersResponse found;
  const CallTimes lookups = Measure(session, &v1::SupplierService::Stub::LookupSuppliers, lookup,
                                    kLookups, &found, &clocks);
  v1::SearchSuppliersRequest search;
  search.set_query("a firm that nobody has ever heard of, limited");
  v1::SearchSuppliersResponse hits;
  const CallTimes searches = Measure(session, &v1::SupplierService::Stub::SearchSuppliers, search,
                                     kSearches, &hits, &clocks);
  return {JudgeCalls("lookups", lookups, kGoodLookup),
          JudgeCalls("name searches", searches, kGoodSearch), JudgeDifference(clocks)};
}

void Doctor(Session& session) {
  session.set_call_timeout(kPatience);
  std::vector<Finding> findings = {CheckHealth(session)};
  v1::GetServerInfoResponse info;
  const grpc::Status told =
      session.Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info);
  if (told.error_code() == grpc::StatusCode::UNAVAILABLE) return session.Refused(told);
  if (told.error_code() == grpc::StatusCode::UNAUTHENTICATED) return session.Refused(told);
  if (told.ok()) {
    for (Finding& finding : JudgeInfo(info, absl::Now())) findings.push_back(std::move(finding));
  } else {
    findings.push_back(JudgeCalls("server info", {{}, told}, kGoodLookup));
  }
  for (Finding& finding : CheckCalls(session)) findings.push_back(std::move(finding));
  session.out() << (session.options().json ? FindingsAsJson(findings) + "\n"
                                           : FormatFindings(findings));
  session.Finish(IsFit(findings) ? kExitGood : kExitBad);
}

}  // namespace

void AddDoctor(CLI::App& app, Session& session) {
  AddCommand(app, "doctor",
             {"Say whether the server is fit to be relied on",
              "Health, what the server says of its store, name index and evidence log, how long "
              "lookups and name searches take from here, and whether the clocks agree. It asks "
              "220 small questions and changes nothing. The machine under a server is looked at "
              "by \"probityd doctor\", there.",
              {{"", "probity doctor"}, {"For a script", "probity --json doctor"}},
              {{0, "fit; doubts are told"}, {1, "not fit"}},
              {"info", "check-store"}})
      ->callback([&session] { Doctor(session); });
}

}  // namespace probity::cli
