// What the parts of an answer cost in one thread, without gRPC. The store is
// made of the invented population, as `probity import` would.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/hash.h"
#include "base/tables.h"
#include "benchmarks/population.h"
#include "ingest/load.h"
#include "policy/schemes.h"
#include "screening/check_certification.h"
#include "screening/resolve.h"
#include "services/supplier/operations.h"
#include "storage/index_terms.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace probity::benchmarks {
namespace {

// Benchmarks have nobody to report to.
template <typename Value>
Value OrDie(absl::StatusOr<Value> value) {
  if (value.ok()) return *std::move(value);
  std::cerr << "micro_bench: " << value.status() << '\n';
  std::exit(1);
}

template <typename Table>
Table ReadTable(const std::string& file) {
  return OrDie(Table::FromCsv(OrDie(ReadFile(absl::StrCat(PROBITY_SOURCE_TABLES, "/", file)))));
}

// A store with `keys` suppliers and their certificates, gone with the object.
class Filled {
 public:
  explicit Filled(int64_t keys) : keys_(static_cast<uint32_t>(keys)) {
    std::string path = std::filesystem::temp_directory_path() / "probity-bench-XXXXXX";
    path_ = mkdtemp(path.data());
    storage::RocksdbOptions options;
    options.path = path_ + "/store";
    store_ = OrDie(storage::OpenRocksdbStore(options, identifiers_));
    v1::Dataset dataset;
    dataset.set_name("datasets/register");
    dataset.set_absence(v1::ABSENCE_MODE_RETRACTED);
    Publish(OrDie(storage::NewDatasetChangeSet(*store_->Head(""), dataset)));
    Publish(Load());
  }
  ~Filled() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }

  const storage::Store& store() const { return *store_; }
  const policy::SchemeCatalogue& schemes() const { return schemes_; }
  // Another supplier with each call.
  uint32_t Next() { return at_ = (at_ + 104729) % keys_; }

 private:
  storage::ChangeSet Load() {
    WriteRows("suppliers.csv", SupplierHeader(), &SupplierRow);
    WriteRows("certifications.csv", CertificationHeader(), &CertificationRow);
    ingest::LoadFiles files;
    files.format = OrDie(ingest::FindFormat("probity-csv"));
    for (const char* name : {"suppliers.csv", "certifications.csv"}) {
      files.files.push_back({absl::StrCat(path_, "/", name), name, v1::FILE_ROLE_DATA});
    }
    files.directory = path_;
    files.rejected_path = path_ + "/rejected";
    ingest::LoadProgress progress;
    storage::LoadSpec spec;
    spec.dataset = "register";
    return OrDie(ingest::BuildChangeSet({identifiers_, countries_, schemes_, ""}, *store_->Head(""),
                                        spec, files, &progress));
  }

  void WriteRows(const char* name, const std::string& header,
                 std::string (*row)(uint32_t number, int edition)) const {
    std::ofstream file(absl::StrCat(path_, "/", name), std::ios::binary);
    file << header;
    for (uint32_t number = 0; number < keys_; ++number) file << row(number, 0);
  }

  void Publish(const storage::ChangeSet& changes) { OrDie(store_->Publish(changes, {})); }

  const uint32_t keys_;
  const IdentifierCatalogue identifiers_ = ReadTable<IdentifierCatalogue>("identifier_schemes.csv");
  const Countries countries_ = ReadTable<Countries>("countries.csv");
  const policy::SchemeCatalogue schemes_ = ReadTable<policy::SchemeCatalogue>("schemes.csv");
  std::string path_;
  std::unique_ptr<storage::Store> store_;
  uint32_t at_ = 0;
};

// Filled once for each size.
Filled& FilledWith(const benchmark::State& state) {
  static auto* const stores = new std::map<int64_t, std::unique_ptr<Filled>>;
  std::unique_ptr<Filled>& filled = (*stores)[state.range(0)];
  if (filled == nullptr) filled = std::make_unique<Filled>(state.range(0));
  return *filled;
}

v1::Identifier Lei(uint32_t number) {
  v1::Identifier lei;
  lei.set_scheme("XI-LEI");
  lei.set_value(LeiOf(number).substr(7));
  return lei;
}

rpc::CallContext Call() {
  rpc::CallContext call;
  call.caller.principal = "local";
  call.call_id = "0123456789abcdef";
  call.received_at = absl::FromUnixSeconds(1790000000);
  return call;
}

void BM_FindRecords(benchmark::State& state) {
  Filled& filled = FilledWith(state);
  const auto view = filled.store().Head("");
  for (auto _ : state) {
    const std::string lei = LeiOf(filled.Next());
    size_t found = 0;
    view->FindRecords(storage::IndexKind::kIdentifier,
                      storage::IdentifierTerm("XI-LEI", lei.substr(7)),
                      [&found](const storage::RecordRef&) { return ++found > 0; })
        .IgnoreError();
    if (found != 1) state.SkipWithError("not found");
  }
}

void BM_FindNothing(benchmark::State& state) {
  Filled& filled = FilledWith(state);
  const auto view = filled.store().Head("");
  for (auto _ : state) {
    const std::string lei = LeiOf(filled.Next());
    view->FindRecords(storage::IndexKind::kAuditSite, "i" + lei,
                      [](const storage::RecordRef&) { return true; })
        .IgnoreError();
  }
}

void BM_SupplierOf(benchmark::State& state) {
  Filled& filled = FilledWith(state);
  const auto view = filled.store().Head("");
  for (auto _ : state) {
    const std::string key = absl::StrFormat("S%08d", filled.Next());
    if (!OrDie(view->SupplierOf({"register", key}))) state.SkipWithError("not found");
  }
}

void BM_GetRecord(benchmark::State& state) {
  Filled& filled = FilledWith(state);
  const auto view = filled.store().Head("");
  for (auto _ : state) {
    const std::string key = absl::StrFormat("C%08d", filled.Next());
    if (!OrDie(view->GetRecord({"register", key}))) state.SkipWithError("not found");
  }
}

void BM_Resolve(benchmark::State& state) {
  Filled& filled = FilledWith(state);
  const auto view = filled.store().Head("");
  for (auto _ : state) {
    benchmark::DoNotOptimize(OrDie(
        screening::Resolve(*view, filled.store().identifiers(), Lei(filled.Next()), "identifier")));
  }
}

void BM_BatchLookup100(benchmark::State& state) {
  Filled& filled = FilledWith(state);
  v1::BatchLookupSuppliersRequest request;
  for (int i = 0; i < 100; ++i) *request.add_items()->mutable_identifier() = Lei(filled.Next());
  for (auto _ : state) {
    for (auto& item : *request.mutable_items()) *item.mutable_identifier() = Lei(filled.Next());
    benchmark::DoNotOptimize(OrDie(supplier::BatchLookup(filled.store(), Call(), request)));
  }
  state.SetItemsProcessed(100 * state.iterations());
}

void Check(benchmark::State& state, void (*ask)(uint32_t, v1::CheckCertificationRequest*)) {
  Filled& filled = FilledWith(state);
  const auto view = filled.store().Head("");
  for (auto _ : state) {
    const uint32_t number = filled.Next();
    v1::CheckCertificationRequest request;
    request.add_accepted_schemes()->set_scheme_id(SchemeOf(number));
    ask(number, &request);
    const auto answer = OrDie(screening::CheckCertification(
        *view, filled.schemes(), filled.store().identifiers(), request, Call().Today()));
    benchmark::DoNotOptimize(answer.SerializeAsString());
  }
}

void BM_CheckByNumber(benchmark::State& state) {
  Check(state, [](uint32_t number, v1::CheckCertificationRequest* request) {
    request->set_certificate_no(CertificateNoOf(number));
  });
}

void BM_CheckBySupplier(benchmark::State& state) {
  Check(state, [](uint32_t number, v1::CheckCertificationRequest* request) {
    *request->mutable_subject()->mutable_identifier() = Lei(number);
  });
}

void BM_SupplierId(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(SupplierIdOf("register", "S00000001"));
}

BENCHMARK(BM_FindRecords)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_FindNothing)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_SupplierOf)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_GetRecord)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_Resolve)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_BatchLookup100)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_CheckByNumber)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_CheckBySupplier)->ArgName("keys")->Arg(100000);
BENCHMARK(BM_SupplierId);

}  // namespace
}  // namespace probity::benchmarks

BENCHMARK_MAIN();
