#include "cli/member_adding.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/portfolio_text.h"
#include "cli/sheet_sending.h"
#include "cli/text.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"

namespace probity::cli {
namespace {

class Run {
 public:
  Run(Session& session, const std::string& portfolio, const VendorSheet& vendors, int most)
      : session_(session),
        vendors_(vendors),
        most_(std::max(most, 1)),
        sending_(session, vendors.sheet().path, "adding", vendors.vendors().size()) {
    request_.set_portfolio(portfolio);
  }

  // False when a call failed: what was sent before it is there.
  bool SendAll() {
    for (size_t at = 0; at < vendors_.vendors().size(); ++at) {
      Take(at);
      if (request_.members_size() >= most_ && !Send()) return false;
    }
    return request_.members().empty() || Send();
  }

  // After a call that failed.
  void GiveUp() const {
    if (sending_.sent() == 0) return;
    session_.console().err << "  The rows of " << FormatCount(sending_.sent())
                           << " members before were taken. Give the whole file in again: what is "
                              "there changes nothing.\n";
  }

  void Report() {
    Table table({"", ""});
    for (const auto& [change, count] : changes_) table.Add({EnumWords(change), FormatCount(count)});
    sending_.Report(std::move(table));
  }

 private:
  void Take(size_t at) {
    const Vendor& vendor = vendors_.vendors()[at];
    const SheetRow& row = vendors_.sheet().rows[at];
    if (!vendor.fault.empty()) return sending_.Refuse(vendor.fault);
    if (vendor.number.empty()) {
      return sending_.Refuse(
          absl::StrCat("line ", row.line,
                       ": has no vendor number, which names the member for good; say with --column "
                       "vendor_number=HEADING which column does"));
    }
    const std::string id = MemberId(vendor.number);
    const auto [first, is_new] = rows_.emplace(id, row.row);
    if (!is_new) {
      return sending_.Refuse(absl::StrCat("line ", row.line, ": vendor number ", vendor.number,
                                          " stands in row ", first->second,
                                          " too, which was taken"));
    }
    v1::PortfolioMember* member = request_.add_members();
    member->set_name(absl::StrCat(request_.portfolio(), "/members/", id));
    *member->mutable_subject() = vendor.subject;
    sending_.Add(row.line);
  }

  bool Send() {
    const bool sent = sending_.Send(
        &v1::PortfolioService::Stub::BatchPutMembers, request_,
        [this](const v1::MemberResult& result, uint64_t line) { Count(result, line); });
    request_.clear_members();
    return sent;
  }

  void Count(const v1::MemberResult& result, uint64_t line) {
    if (!result.has_error()) {
      ++changes_[result.change()];
      return;
    }
    const v1::ItemError& error = result.error();
    sending_.Refuse(absl::StrCat("line ", line, ": ", error.reason(), ": ", error.message()));
  }

  Session& session_;
  const VendorSheet& vendors_;
  const int most_;
  SheetSending sending_;
  v1::BatchPutMembersRequest request_;
  std::map<std::string, uint64_t> rows_;  // by id
  std::map<v1::MemberChange, uint64_t> changes_;
};

}  // namespace

void AddMembers(Session& session, const MemberAdding& adding) {
  auto vendors = VendorSheet::Read(adding.file);
  if (!vendors.ok()) return session.Usage(vendors.status());
  const auto info =
      session.Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  if (!info) return;
  Run run(session, adding.portfolio, *vendors, info->max_batch_members());
  run.SendAll() ? run.Report() : run.GiveUp();
}

}  // namespace probity::cli
