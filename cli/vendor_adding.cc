#include "cli/vendor_adding.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/sheet_sending.h"
#include "cli/text.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"

namespace probity::cli {
namespace {

class Run {
 public:
  Run(Session& session, const VendorRows& rows, size_t most)
      : rows_(rows), most_(most), sending_(session, rows.sheet().path, "sending") {}

  // False when a call failed: what was sent before it is there.
  bool SendAll() {
    for (const SheetRow& row : rows_.sheet().rows) {
      auto vendor = rows_.Read(row);
      if (!vendor.ok()) {
        Refuse(row.line, vendor.status().message());
        continue;
      }
      *request_.add_vendors() = *std::move(vendor);
      sending_.Add(row.line);
      if (sending_.waiting() >= most_ && !Send()) return false;
    }
    return sending_.waiting() == 0 || Send();
  }

  void Report() {
    Table table({"", ""});
    for (const auto& [change, count] : changes_) {
      table.Add({EnumWords(change), FormatCount(count)});
    }
    for (const auto& [state, count] : states_) {
      table.Add({"now " + EnumWords(state), FormatCount(count)});
    }
    sending_.Report(std::move(table));
  }

 private:
  bool Send() {
    const bool sent = sending_.Send(
        &v1::VendorService::Stub::BatchUpsertVendors, request_,
        [this](const v1::UpsertVendorResult& result, uint64_t line) { Count(result, line); });
    request_.Clear();
    return sent;
  }

  void Count(const v1::UpsertVendorResult& result, uint64_t line) {
    if (result.has_error()) {
      const std::string& field = result.error().field();
      return Refuse(line, absl::StrCat(field, field.empty() ? "" : ": ", result.error().message()));
    }
    ++changes_[result.change()];
    ++states_[result.state()];
  }

  void Refuse(uint64_t line, absl::string_view why) {
    sending_.Refuse(absl::StrCat("line ", line, ": ", why));
  }

  const VendorRows& rows_;
  const size_t most_;
  SheetSending sending_;
  v1::BatchUpsertVendorsRequest request_;
  std::map<v1::VendorChange, uint64_t> changes_;
  std::map<v1::VendorState, uint64_t> states_;
};

}  // namespace

void AddVendors(Session& session, const VendorNumbersFile& file) {
  auto rows = VendorRows::Open(file);
  if (!rows.ok()) return session.Usage(rows.status());
  const auto info =
      session.Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  if (!info) return;
  const std::vector<std::string> unread = rows->Unread();
  if (!unread.empty() && !session.options().json) {
    session.Say(absl::StrCat("Columns that are not read: ", absl::StrJoin(unread, ", ")),
                Style::kDoubt);
  }
  Run run(session, *rows, static_cast<size_t>(info->max_batch_vendors()));
  if (run.SendAll()) run.Report();
}

}  // namespace probity::cli
