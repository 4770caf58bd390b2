// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), as UploadChunk asks.
#ifndef PROBITY_CLI_CRC32C_H_
#define PROBITY_CLI_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace probity::cli {

uint32_t Crc32c(std::string_view data);

}  // namespace probity::cli

#endif  // PROBITY_CLI_CRC32C_H_
