#include "cli/upload.h"

#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "cli/crc32c.h"

namespace probity::cli {
namespace {

constexpr size_t kChunkBytes = 1 << 20;

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Sends one chunk, again while the server is away.
grpc::Status SendChunk(Session& session, const v1::UploadChunkRequest& chunk,
                       v1::UploadChunkResponse* response) {
  grpc::Status status;
  auto wait = std::chrono::milliseconds(200);
  for (int tries = 0; tries < kMaxTries; ++tries, wait *= 2) {
    status = session.Call(&v1::DatasetService::Stub::UploadChunk, chunk, response);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return status;
    std::this_thread::sleep_for(wait);
  }
  return status;
}

// How much of the file the server has.
uint64_t StoredBytes(Session& session, const std::string& load, const std::string& name) {
  v1::GetLoadRequest request;
  request.set_name(load);
  v1::Load answer;
  if (!session.Call(&v1::DatasetService::Stub::GetLoad, request, &answer).ok()) return 0;
  for (const v1::LoadFile& file : answer.files()) {
    if (file.file_name() == name) return file.bytes();
  }
  return 0;
}

}  // namespace

grpc::Status Upload(Session& session, const std::string& load, const std::string& path,
                    v1::FileRole role, const OnStored& on_stored) {
  std::ifstream file(path, std::ios::binary);
  if (!file.good()) {
    return {grpc::StatusCode::INVALID_ARGUMENT, absl::StrCat(path, ": cannot be read")};
  }
  v1::UploadChunkRequest chunk;
  chunk.set_load(load);
  chunk.set_file_name(BaseName(path));
  chunk.set_role(role);
  std::string piece;
  int corrections = 0;
  for (uint64_t offset = 0;;) {
    piece.resize(kChunkBytes);
    file.clear();
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<size_t>(file.gcount()));
    if (piece.empty()) return grpc::Status::OK;
    chunk.set_offset(offset);
    chunk.set_crc32c(Crc32c(piece));
    chunk.set_data(piece);
    v1::UploadChunkResponse response;
    const grpc::Status status = SendChunk(session, chunk, &response);
    if (ReasonOf(status) == "CHUNK_OFFSET" && ++corrections < kMaxTries) {
      offset = StoredBytes(session, load, chunk.file_name());
      continue;
    }
    if (!status.ok()) return status;
    corrections = 0;
    offset = response.committed_offset();
    on_stored(offset);
  }
}

}  // namespace probity::cli
