#include "services/admission/method_costs.h"

#include "absl/container/flat_hash_map.h"

namespace probity::admission {
namespace {

constexpr double kCheck = 2;
constexpr double kPage = 20;    // a page of a listing reads up to 1,000 rows
constexpr double kSearch = 40;  // by name
// A decision by number; what its names cost more, its service counts (screening_service/weight.h).
constexpr double kByNumber = 9;
constexpr double kWrites = 20;  // a small publish: milliseconds, little of them CPU
constexpr double kLong = 2000;  // what reads all of something: at least some hundredths of a second

constexpr MethodCost kCosts[] = {
    {"CertificationService.CheckCertification", Lane::kPoint, kCheck},
    {"CertificationService.BatchCheckCertifications", Lane::kHeavy, 1, kCheck},
    {"CertificationService.GetCertification", Lane::kPoint, 1},
    {"CertificationService.ListCertifications", Lane::kHeavy, kPage},
    {"CertificationService.CheckAudit", Lane::kPoint, kCheck},
    {"CertificationService.ListAudits", Lane::kHeavy, kPage},

    {"DatasetService.CreateDataset", Lane::kWrite, kWrites},
    {"DatasetService.GetDataset", Lane::kPoint, 1},
    {"DatasetService.UpdateDataset", Lane::kWrite, kWrites},
    {"DatasetService.ListDatasets", Lane::kHeavy, kPage},
    {"DatasetService.CreateLoad", Lane::kWrite, kWrites},
    {"DatasetService.UploadChunk", Lane::kWrite, 50},  // 1 MiB: checksum and write
    {"DatasetService.ValidateLoad", Lane::kWrite, kWrites},
    {"DatasetService.PreviewLoad", Lane::kWrite, kWrites},
    {"DatasetService.GetLoadPreview", Lane::kWrite, kPage},
    {"DatasetService.CommitLoad", Lane::kWrite, kWrites},
    {"DatasetService.ApproveLoad", Lane::kWrite, kWrites},
    {"DatasetService.AbortLoad", Lane::kWrite, kWrites},
    {"DatasetService.GetLoad", Lane::kPoint, 1},
    {"DatasetService.ListLoads", Lane::kHeavy, kPage},
    {"DatasetService.ListRejectedRecords", Lane::kWrite, kPage},
    {"DatasetService.DownloadRejectedFile", Lane::kStream, 1000},
    {"DatasetService.ListRevisions", Lane::kWrite, kPage},
    {"DatasetService.DiffRevisions", Lane::kStream, kLong},
    {"DatasetService.RollbackDataset", Lane::kWrite, kWrites},
    {"DatasetService.ListAffectedDecisions", Lane::kLong, kLong},
    {"DatasetService.ExportDataset", Lane::kStream, kLong},
    {"DatasetService.SetLegalHold", Lane::kWrite, kWrites},
    {"DatasetService.ReleaseLegalHold", Lane::kWrite, kWrites},
    {"DatasetService.ListLegalHolds", Lane::kHeavy, kPage},
    {"DatasetService.PutRecord", Lane::kWrite, kWrites},
    {"DatasetService.RemoveRecord", Lane::kWrite, kWrites},
    {"DatasetService.RedactRecord", Lane::kWrite, kWrites},
    {"DatasetService.ApproveRedaction", Lane::kWrite, kWrites},
    {"DatasetService.ListRedactions", Lane::kWrite, kPage},
    {"DatasetService.GetSubjectReport", Lane::kLong, kLong},

    {"PolicyService.CreatePolicy", Lane::kWrite, kWrites},
    {"PolicyService.GetPolicy", Lane::kPoint, 1},
    {"PolicyService.ListPolicies", Lane::kHeavy, kPage},
    {"PolicyService.TestPolicy", Lane::kLong, 1000},
    {"PolicyService.PreviewPolicy", Lane::kLong, kLong},
    {"PolicyService.ActivatePolicy", Lane::kWrite, kWrites},
    {"PolicyService.ListPolicyDifferences", Lane::kLong, 1000},

    {"PortfolioService.PutPortfolio", Lane::kWrite, kWrites},
    {"PortfolioService.GetPortfolio", Lane::kPoint, 1},
    {"PortfolioService.ListPortfolios", Lane::kHeavy, kPage},
    {"PortfolioService.DeletePortfolio", Lane::kWrite, kWrites},
    {"PortfolioService.BatchPutMembers", Lane::kWrite, 500},  // a thousand members
    {"PortfolioService.ListMembers", Lane::kHeavy, 200},      // walks from the first one
    {"PortfolioService.RemoveMembers", Lane::kWrite, 500},
    {"PortfolioService.WatchVerdicts", Lane::kStream, 10},
    {"PortfolioService.ListVerdictChanges", Lane::kHeavy, kPage},

    {"ReviewService.CreateJudgement", Lane::kWrite, kWrites},
    {"ReviewService.WithdrawJudgement", Lane::kWrite, kWrites},
    {"ReviewService.GetJudgement", Lane::kPoint, 1},
    {"ReviewService.ListJudgements", Lane::kHeavy, kPage},
    {"ReviewService.BatchCreateJudgements", Lane::kWrite, 500},
    {"ReviewService.CreateWaiver", Lane::kWrite, kWrites},
    {"ReviewService.ApproveWaiver", Lane::kWrite, kWrites},
    {"ReviewService.RevokeWaiver", Lane::kWrite, kWrites},
    {"ReviewService.GetWaiver", Lane::kPoint, 1},
    {"ReviewService.ListWaivers", Lane::kHeavy, kPage},
    {"ReviewService.SubmitReply", Lane::kWrite, kWrites},
    {"ReviewService.AssessSelfCleaning", Lane::kWrite, kWrites},
    {"ReviewService.WithdrawReply", Lane::kWrite, kWrites},
    {"ReviewService.GetReply", Lane::kPoint, 1},
    {"ReviewService.ListReplies", Lane::kHeavy, kPage},

    {"RiskService.ListRiskFlags", Lane::kHeavy, kPage},
    {"RiskService.GetRiskFlag", Lane::kPoint, 1},
    {"RiskService.CheckCommodityRisk", Lane::kPoint, kCheck},

    {"ScreeningService.ScreenSupplier", Lane::kHeavy, 1, kByNumber},
    {"ScreeningService.BatchScreenSuppliers", Lane::kHeavy, 1, kByNumber},
    {"ScreeningService.StreamScreenSuppliers", Lane::kStream, 10, kByNumber},
    {"ScreeningService.GetDecision", Lane::kPoint, 3},
    {"ScreeningService.ListDecisions", Lane::kHeavy, kPage},
    {"ScreeningService.PrintDecision", Lane::kHeavy, 10},
    {"ScreeningService.ReplayDecision", Lane::kHeavy, 100},
    {"ScreeningService.ErasePersonalTexts", Lane::kWrite, kWrites},
    {"ScreeningService.GetReceipt", Lane::kPoint, 3},
    {"ScreeningService.GetCheckpoint", Lane::kPoint, 1},
    {"ScreeningService.GetConsistencyProof", Lane::kPoint, 3},
    {"ScreeningService.ListLogKeys", Lane::kPoint, 1},
    {"ScreeningService.ListActs", Lane::kHeavy, kPage},
    {"ScreeningService.GetActReceipt", Lane::kPoint, 3},

    {"ServerService.GetServerInfo", Lane::kPoint, 1},
    {"ServerService.CreateBackup", Lane::kWrite, 1000},
    {"ServerService.GetBackup", Lane::kWrite, 1},
    {"ServerService.ListBackups", Lane::kWrite, kPage},
    // These three have one thread of their own already.
    {"ServerService.DeleteBackups", Lane::kWrite, 1000},
    {"ServerService.VerifyBackup", Lane::kWrite, kLong},
    {"ServerService.CheckStore", Lane::kWrite, kLong},

    {"SupplierService.GetSupplier", Lane::kPoint, 1},
    {"SupplierService.LookupSuppliers", Lane::kPoint, 1},
    {"SupplierService.BatchLookupSuppliers", Lane::kHeavy, 1, 0.3},
    {"SupplierService.SearchSuppliers", Lane::kHeavy, kSearch},
    {"SupplierService.CompareNames", Lane::kPoint, 1},
    {"SupplierService.ExplainSearchMiss", Lane::kHeavy, 2 * kSearch},
    {"SupplierService.ListLinks", Lane::kPoint, kCheck},

    {"VendorService.BatchUpsertVendors", Lane::kWrite, 500},  // a thousand entries
    {"VendorService.ListVendors", Lane::kHeavy, kPage},
    {"VendorService.DeleteVendors", Lane::kWrite, 500},
};

const absl::flat_hash_map<absl::string_view, const MethodCost*>& ByMethod() {
  static const auto* const table = [] {
    auto* made = new absl::flat_hash_map<absl::string_view, const MethodCost*>;
    for (const MethodCost& cost : kCosts) made->emplace(cost.method, &cost);
    return made;
  }();
  return *table;
}

}  // namespace

const MethodCost& CostOf(absl::string_view method) {
  static constexpr MethodCost kUnknown{};
  const auto found = ByMethod().find(method);
  return found == ByMethod().end() ? kUnknown : *found->second;
}

absl::Span<const MethodCost> AllCosts() { return kCosts; }

}  // namespace probity::admission
