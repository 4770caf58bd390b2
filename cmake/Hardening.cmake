# What makes a fault in the program harder to use, for programs that are run on real data:
# release builds. Sanitizers and fuzzers find the fault itself, and want none of it.
# scripts/check_hardening.sh reads from the programs that it came through.
option(PROBITY_HARDENING "Compile and link with the compiler's protections" ON)
if(NOT PROBITY_HARDENING OR PROBITY_SANITIZE OR PROBITY_BUILD_FUZZERS OR
   NOT CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo|MinSizeRel)$")
  return()
endif()

# Level 3 knows sizes that are only there at run time.
set(level 2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
  set(level 3)
endif()
add_compile_options(-fstack-protector-strong -fstack-clash-protection
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${level} -Wformat -Werror=format-security)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  add_compile_options(-fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  add_compile_options(-mbranch-protection=standard)
endif()
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code)

# Programs whose addresses nobody can know beforehand.
include(CheckPIESupported)
check_pie_supported(OUTPUT_VARIABLE why LANGUAGES CXX)
if(NOT CMAKE_CXX_LINK_PIE_SUPPORTED)
  message(WARNING "programs are linked without PIE: ${why}")
endif()
