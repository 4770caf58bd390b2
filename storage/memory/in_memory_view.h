// Reads one revision of the reference model.
#ifndef PROBITY_STORAGE_MEMORY_IN_MEMORY_VIEW_H_
#define PROBITY_STORAGE_MEMORY_IN_MEMORY_VIEW_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage/clusters.h"
#include "storage/memory/in_memory_store.h"

namespace probity::storage {

class InMemoryView : public View {
 public:
  // `identifiers` must outlive the view.
  InMemoryView(std::shared_ptr<const MemoryRevision> revision, absl::string_view authority,
               const IdentifierCatalogue& identifiers);

  absl::string_view authority() const override { return authority_; }
  const v1::Manifest& manifest() const override { return masked_; }
  const probity::v1::RevisionToken& token() const override { return revision_->token; }
  absl::StatusOr<std::optional<v1::RecordRow>> GetRecord(const RecordRef& ref) const override;
  absl::Status FindRecords(IndexKind kind, absl::string_view term,
                           const RecordVisitor& visit) const override;
  absl::StatusOr<std::optional<StoredSupplier>> GetSupplier(absl::string_view id) const override;
  absl::StatusOr<std::optional<StoredSupplier>> SupplierOf(const RecordRef& ref) const override;
  absl::StatusOr<std::optional<std::string>> HeirOf(absl::string_view id) const override;
  absl::Status ForEachRecord(
      absl::string_view dataset,
      const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const override;

  RedactionRulesPtr redactions() const override { return redactions_; }
  void set_redactions(RedactionRulesPtr rules) { redactions_ = std::move(rules); }

  // All party records in sight and their clusters.
  const std::vector<ClusterInput>& parties() const { return parties_; }
  const std::vector<Cluster>& clusters() const { return clusters_; }

 private:
  bool Sees(const std::string& dataset) const { return visible_.count(dataset) > 0; }

  const std::shared_ptr<const MemoryRevision> revision_;
  const std::string authority_;
  v1::Manifest masked_;
  std::set<std::string> visible_;
  std::vector<ClusterInput> parties_;
  std::vector<Cluster> clusters_;
  RedactionRulesPtr redactions_ = std::make_shared<const RedactionRules>();
};

// Party records of a revision in the datasets that `sees` accepts.
std::vector<ClusterInput> PartiesOf(const MemoryRevision& revision,
                                    const std::function<bool(const std::string&)>& sees);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_MEMORY_IN_MEMORY_VIEW_H_
