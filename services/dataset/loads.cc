#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "services/dataset/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/validate.h"

namespace probity::dataset {
namespace {

// The load that a name means, of a dataset that the caller may see.
// What ends a load that cannot begin: told at CreateLoad, not after the upload.
absl::Status CheckLoad(const v1::Load& load) {
  if (load.has_edition() && !IsFullDay(load.edition())) {
    return InvalidField("load.edition", "must be a full day that exists");
  }
  if (!v1::LoadMode_IsValid(load.mode())) return InvalidField("load.mode", "is not known");
  if (load.mode() == v1::LOAD_MODE_ROLLBACK || load.mode() == v1::LOAD_MODE_SETTINGS) {
    return InvalidField("load.mode", "is made by RollbackDataset or UpdateDataset");
  }
  absl::Status well = rpc::CheckBytes("load.etag", load.etag(), rpc::kMaxNoteBytes);
  if (well.ok()) {
    well = rpc::CheckBytes("load.source_location", load.source_location(), rpc::kMaxNoteBytes);
  }
  return well.ok() ? rpc::CheckBytes("load.note", load.note(), rpc::kMaxNoteBytes) : well;
}

absl::Status CheckChunk(const v1::UploadChunkRequest& request) {
  if (request.file_name().empty() || request.file_name().find('/') != std::string::npos) {
    return InvalidField("file_name", "must be a file's name without a path");
  }
  if (request.role() == v1::FILE_ROLE_SINGLE_RECORD) {
    return InvalidField("role", "is made by PutRecord and RemoveRecord");
  }
  if (request.data().empty()) return InvalidField("data", "must not be empty");
  if (request.data().size() > rpc::kMaxChunkBytes) {
    return LimitExceeded("data", rpc::kMaxChunkBytes, static_cast<int64_t>(request.data().size()));
  }
  return rpc::CheckBytes("file_name", request.file_name(), rpc::kMaxFileNameBytes);
}

// Hands a StatusOr on to where the answer goes.
template <typename Value>
absl::Status Answer(absl::StatusOr<Value> value, Value* out) {
  if (!value.ok()) return value.status();
  *out = *std::move(value);
  return absl::OkStatus();
}

// Its name, of a dataset that the caller may see; NOT_FOUND / LOAD_NOT_FOUND.
absl::StatusOr<rpc::LoadRef> ReadLoadName(const Place& at, absl::string_view field,
                                          const std::string& name) {
  auto ref = rpc::ParseLoadName(field, name);
  if (!ref.ok()) return ref.status();
  if (at.store.Head(at.call.caller.authority)->FindDataset(ref->dataset) == nullptr) {
    return LoadNotFound(name);
  }
  return *ref;
}

}  // namespace

absl::StatusOr<rpc::LoadRef> ReadLoadToWrite(const Place& at, absl::string_view field,
                                             const std::string& name) {
  auto ref = rpc::LoadToWrite(at.call.caller, field, name);
  if (!ref.ok()) return ref;
  return ReadLoadName(at, field, name);
}

absl::StatusOr<FoundLoad> FindLoad(const Place& at, absl::string_view field,
                                   const std::string& name) {
  auto ref = ReadLoadName(at, field, name);
  if (!ref.ok()) return ref.status();
  auto load = at.loads.Get(*ref, at.call.caller.authority);
  if (!load.ok()) return load.status();
  return FoundLoad{*std::move(ref), *std::move(load)};
}

absl::Status Create(const Place& at, const v1::CreateLoadRequest& request, v1::Load* out) {
  auto id = rpc::DatasetToWrite(at.call.caller, "dataset", request.dataset());
  if (!id.ok()) return id.status();
  if (absl::Status well = CheckLoad(request.load()); !well.ok()) return well;
  if (absl::Status well = rpc::CheckRequestId(request.request_id()); !well.ok()) return well;
  const auto view = at.store.Head(at.call.caller.authority);
  auto state = FindDataset(*view, *id);
  if (!state.ok()) return state.status();
  if ((*state)->dataset().kind() != v1::DATASET_KIND_UNSPECIFIED) {
    return DatasetReserved(request.dataset());
  }
  const bool dated = (*state)->dataset().absence() == v1::ABSENCE_MODE_DELISTED &&
                     request.load().mode() != v1::LOAD_MODE_UNCHANGED;
  if (dated && !request.load().has_edition()) return EditionRequired(request.dataset());
  v1::Load load;
  load.set_format(request.load().format());
  load.set_mode(request.load().mode());
  if (request.load().has_edition()) *load.mutable_edition() = request.load().edition();
  if (request.load().has_retrieved_at()) {
    *load.mutable_retrieved_at() = request.load().retrieved_at();
  }
  load.set_note(request.load().note());
  load.set_dry_run(request.load().dry_run());
  load.set_etag(request.load().etag());
  load.set_source_location(request.load().source_location());
  return Answer(at.loads.Create(*id, std::move(load), at.call.caller, request.request_id()), out);
}

absl::Status Upload(const Place& at, const v1::UploadChunkRequest& request,
                    v1::UploadChunkResponse* out) {
  auto ref = ReadLoadToWrite(at, "load", request.load());
  if (!ref.ok()) return ref.status();
  if (absl::Status well = CheckChunk(request); !well.ok()) return well;
  auto committed = at.loads.Upload(*ref, at.call.caller, request);
  if (committed.ok()) out->set_committed_offset(*committed);
  return committed.status();
}

absl::Status Validate(const Place& at, const v1::ValidateLoadRequest& request, v1::Load* out) {
  auto ref = ReadLoadToWrite(at, "name", request.name());
  if (!ref.ok()) return ref.status();
  return Answer(at.loads.Validate(*ref, at.call.caller), out);
}

absl::Status Preview(const Place& at, const v1::PreviewLoadRequest& request, v1::Load* out) {
  auto ref = ReadLoadToWrite(at, "name", request.name());
  if (!ref.ok()) return ref.status();
  return Answer(at.loads.Preview(*ref, at.call.caller), out);
}

absl::Status Approve(const Place& at, const v1::ApproveLoadRequest& request, v1::Load* out) {
  auto ref = ReadLoadToWrite(at, "name", request.name());
  if (!ref.ok()) return ref.status();
  if (request.note().empty()) return InvalidField("note", "is required: why it is let through");
  absl::Status well = rpc::CheckBytes("note", request.note(), rpc::kMaxNoteBytes);
  if (!well.ok()) return well;
  return Answer(at.loads.Approve(*ref, at.call.caller, request.note()), out);
}

absl::Status Commit(const Place& at, const v1::CommitLoadRequest& request, v1::Load* out) {
  auto ref = ReadLoadToWrite(at, "name", request.name());
  if (!ref.ok()) return ref.status();
  if (absl::Status well = rpc::CheckRequestId(request.request_id()); !well.ok()) return well;
  return Answer(at.loads.Commit(*ref, at.call.caller), out);
}

absl::Status Abort(const Place& at, const v1::AbortLoadRequest& request, v1::Load* out) {
  auto ref = ReadLoadToWrite(at, "name", request.name());
  if (!ref.ok()) return ref.status();
  return Answer(at.loads.Abort(*ref, at.call.caller), out);
}

absl::Status Get(const Place& at, const v1::GetLoadRequest& request, v1::Load* out) {
  auto found = FindLoad(at, "name", request.name());
  if (!found.ok()) return found.status();
  *out = std::move(found->load);
  return absl::OkStatus();
}

absl::Status List(const Place& at, const v1::ListLoadsRequest& request,
                  v1::ListLoadsResponse* out) {
  auto id = rpc::ParseDatasetName("dataset", request.dataset());
  if (!id.ok()) return id.status();
  auto page = rpc::OpenPage(at.store, at.call, {}, request);
  if (!page.ok()) return page.status();
  auto state = FindDataset(*page->view, *id);
  if (!state.ok()) return state.status();
  for (v1::Load& load : at.loads.List(*id, at.call.caller.authority)) {
    *out->add_loads() = std::move(load);
  }
  out->set_next_page_token(page->NextToken(out->loads_size()));
  rpc::KeepPage(*page, out->mutable_loads());
  return absl::OkStatus();
}

}  // namespace probity::dataset
