// A directory of the machine's own disk that a simulated disk stands behind, for code that
// calls the system itself and maps its files.
//
// Files that are made (open), written, synced, renamed and deleted (unlink) in it are
// first shown to the simulated disk: what that lets pass is really done too, so that
// readers find it. The linker puts this in front of those calls: CMakeLists.txt here.
// Files in directories below it are not seen.
#ifndef PROBITY_TESTS_CRASH_MIRRORED_DIRECTORY_H_
#define PROBITY_TESTS_CRASH_MIRRORED_DIRECTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/crash/disk_state.h"

namespace probity::storage::testing {

// The directory in images and operations.
inline constexpr char kMirrored[] = "/mirrored";

// Thread-safe. One at a time is there. Policies may say kDone, kFails, kNoSpace and
// kMachineStops of everything, and kPretended of syncs.
class MirroredDirectory {
 public:
  // `path` is absolute and clean; it is emptied and holds `image` then, durably.
  MirroredDirectory(std::string path, const DiskImage& image);
  ~MirroredDirectory();
  MirroredDirectory(const MirroredDirectory&) = delete;

  // As those of a SimulatedDisk.
  void Arm(DiskPolicy policy);
  std::vector<DiskOperation> operations() const;
  bool stopped() const;
  DiskImage AfterPowerCut(Unsynced unsynced, uint32_t seed) const;

 private:
  const std::string path_;
};

// What a real directory holds, without directories in it; and the way back.
DiskImage ReadImage(const std::string& path);
void WriteImage(const DiskImage& image, const std::string& path);

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_MIRRORED_DIRECTORY_H_
