#include "cli/request_id.h"

#include <cstdint>
#include <random>

#include "fmt/format.h"

namespace probity::cli {

std::string NewRequestId() {
  std::random_device random;
  const uint32_t a = random(), b = random(), c = random(), d = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", a, b >> 16, b & 0xFFF,
                     0x8000 | (c >> 16 & 0x3FFF), c & 0xFFFF, d);
}

}  // namespace probity::cli
