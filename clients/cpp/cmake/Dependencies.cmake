# What the library links, for its own build and for whoever uses its package. Debian has gRPC and
# protobuf in this form; gRPC's .pc files miss absl_synchronization.
find_package(PkgConfig REQUIRED)
find_package(Protobuf REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(absl REQUIRED)
find_package(Threads REQUIRED)
if(NOT TARGET PkgConfig::GRPCPP)
  pkg_check_modules(GRPCPP REQUIRED IMPORTED_TARGET grpc++>=1.51)
endif()
set(PROBITY_CLIENT_DEPS PkgConfig::GRPCPP protobuf::libprotobuf absl::status absl::statusor
  absl::strings absl::synchronization absl::time OpenSSL::Crypto Threads::Threads)
