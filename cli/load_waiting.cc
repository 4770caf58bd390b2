#include "cli/load_waiting.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace probity::cli {
namespace {

bool IsRunning(v1::LoadState state) {
  return state == v1::LOAD_STATE_VALIDATING || state == v1::LOAD_STATE_PREVIEWING ||
         state == v1::LOAD_STATE_COMMITTING;
}

void Show(const v1::Load& load, Progress& progress) {
  const v1::LoadCounts& counts = load.counts();
  switch (load.phase()) {
    case v1::LOAD_PHASE_READING:
      return progress.Show("reading", counts.bytes_read(), counts.bytes_total(),
                           counts.rows_read());
    case v1::LOAD_PHASE_PREVIEWING:
      return progress.Show("previewing", 0, 0);
    case v1::LOAD_PHASE_PUBLISHING:
      return progress.Show("publishing", 0, 0);
    default:
      return progress.Show("waiting", 0, 0);
  }
}

}  // namespace

grpc::Status AwaitLoad(const std::function<grpc::Status(v1::Load*)>& get, Progress& progress,
                       v1::Load* load) {
  auto pause = std::chrono::milliseconds(5);
  while (IsRunning(load->state())) {
    Show(*load, progress);
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(200));
    if (const grpc::Status status = get(load); !status.ok()) return status;
  }
  return grpc::Status::OK;
}

bool MayBeCommitted(const v1::Load& load) {
  return load.state() == v1::LOAD_STATE_OPEN || load.state() == v1::LOAD_STATE_VALIDATED ||
         load.state() == v1::LOAD_STATE_PREVIEWED;
}

}  // namespace probity::cli
