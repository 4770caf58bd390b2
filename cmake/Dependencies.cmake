# Debian's packages only; scripts/packages.txt names them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl REQUIRED)
find_package(gRPC QUIET CONFIG)
find_package(RocksDB REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(fmt REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(nlohmann_json REQUIRED CONFIG)
find_package(EXPAT REQUIRED)
# Expat 2.6 and what distributions mended with its changes.
include(CheckCXXSymbolExists)
set(CMAKE_REQUIRED_LIBRARIES EXPAT::EXPAT)
check_cxx_symbol_exists(XML_SetReparseDeferralEnabled expat.h PROBITY_EXPAT_DEFERS)
unset(CMAKE_REQUIRED_LIBRARIES)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc icu-i18n)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)

# gRPC's .pc files miss absl_synchronization, and the libraries of reflection and
# channelz register themselves only when they are linked whole.
pkg_check_modules(GRPCPP REQUIRED IMPORTED_TARGET grpc++)
add_library(probity_grpc INTERFACE)
target_link_libraries(probity_grpc INTERFACE
  PkgConfig::GRPCPP absl::synchronization protobuf::libprotobuf
  "-Wl,--no-as-needed" grpc++_reflection grpcpp_channelz grpc++_error_details "-Wl,--as-needed")
add_library(probity::grpc ALIAS probity_grpc)
find_program(PROBITY_GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

find_library(PROBITY_LIBCSV csv REQUIRED)

# Metrics, and the plaintext pages that show them.
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
find_library(PROBITY_CIVETWEB civetweb REQUIRED)

# Calls and loads allocate much and briefly. Sanitizers bring their own.
find_library(PROBITY_TCMALLOC tcmalloc_minimal REQUIRED)
add_library(probity_malloc INTERFACE)
if(NOT PROBITY_SANITIZE)
  target_link_libraries(probity_malloc INTERFACE
    "-Wl,--no-as-needed" ${PROBITY_TCMALLOC} "-Wl,--as-needed")
endif()
add_library(probity::malloc ALIAS probity_malloc)

if(PROBITY_BUILD_TESTS)
  find_package(GTest REQUIRED CONFIG)
endif()
if(PROBITY_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED CONFIG)
endif()
