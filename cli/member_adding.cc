#include "cli/member_adding.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/portfolio_text.h"
#include "cli/progress.h"
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
        progress_(session.console()) {
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
    if (sent_ == 0) return;
    session_.console().err << "  The rows of " << FormatCount(sent_)
                           << " members before were taken. Give the whole file in again: what is "
                              "there changes nothing.\n";
  }

  void Report() {
    progress_.Clear();
    session_.Finish(refused_ == 0 ? kExitGood : kExitBad);
    if (session_.options().json) return;
    Table table({"", ""});
    for (const auto& [change, count] : changes_) table.Add({EnumWords(change), FormatCount(count)});
    if (refused_ > 0) table.Add({Cell("refused", Style::kBad), FormatCount(refused_)});
    session_.Print(table);
  }

 private:
  void Take(size_t at) {
    const Vendor& vendor = vendors_.vendors()[at];
    const SheetRow& row = vendors_.sheet().rows[at];
    if (!vendor.fault.empty()) return Refuse(vendor.fault);
    if (vendor.number.empty()) {
      return Refuse(absl::StrCat("line ", row.line,
                                 ": has no vendor number, which names the member for good; say "
                                 "with --column vendor_number=HEADING which column does"));
    }
    const std::string id = MemberId(vendor.number);
    const auto [first, is_new] = rows_.emplace(id, row.row);
    if (!is_new) {
      return Refuse(absl::StrCat("line ", row.line, ": vendor number ", vendor.number,
                                 " stands in row ", first->second, " too, which was taken"));
    }
    v1::PortfolioMember* member = request_.add_members();
    member->set_name(absl::StrCat(request_.portfolio(), "/members/", id));
    *member->mutable_subject() = vendor.subject;
    lines_.push_back(row.line);
  }

  bool Send() {
    const auto response = session_.Ask(&v1::PortfolioService::Stub::BatchPutMembers, request_);
    if (!response) {
      progress_.Clear();
      return false;
    }
    session_.PrintedAsJson(*response);
    for (int i = 0; i < response->results_size(); ++i) Count(response->results(i), i);
    sent_ += lines_.size();
    progress_.Show("adding", sent_, vendors_.vendors().size(), sent_);
    request_.clear_members();
    lines_.clear();
    return true;
  }

  void Count(const v1::MemberResult& result, int i) {
    if (!result.has_error()) {
      ++changes_[result.change()];
      return;
    }
    const v1::ItemError& error = result.error();
    Refuse(absl::StrCat("line ", lines_[static_cast<size_t>(i)], ": ", error.reason(), ": ",
                        error.message()));
  }

  void Refuse(const std::string& why) {
    progress_.Clear();
    ++refused_;
    const std::string fault = absl::StrCat(vendors_.sheet().path, " ", why);
    // What is printed as JSON stays JSON.
    if (session_.options().json) {
      session_.console().err << fault << '\n';
    } else {
      session_.Say(fault, Style::kBad);
    }
  }

  Session& session_;
  const VendorSheet& vendors_;
  const int most_;
  Progress progress_;
  v1::BatchPutMembersRequest request_;
  std::vector<uint64_t> lines_;           // of the request's members
  std::map<std::string, uint64_t> rows_;  // by id
  uint64_t sent_ = 0;
  uint64_t refused_ = 0;
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
