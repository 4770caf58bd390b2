# Headers that most sources read, parsed once instead of some seven hundred times: half of
# the compile time of a build with tests. The preset dev and clang-tidy, which do without and
# look at each source alone, show that it includes what it needs. With it tests, services and
# commands are not optimised either: that took most of the rest of their compile time, and what
# they call is optimised.
#
# Sets, by the floors they serve:
#   generated   proto/, messages
#   core        libraries of floors that know no gRPC
#   core_test   tests of these
#   call        libraries of services/, tests/conformance/: gRPC too
#   command     cli/: the parser of its arguments too
#   call_test   tests of these
option(PROBITY_PRECOMPILE_HEADERS "Parse common headers once" OFF)
if(PROBITY_PRECOMPILE_HEADERS AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Else no two of them are the same, and nothing behind them comes from ccache.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()

set(PROBITY_CORE_HEADERS
  <algorithm> <array> <atomic> <chrono> <cstdint> <filesystem> <fstream> <functional> <map>
  <memory> <mutex> <optional> <set> <string> <thread> <utility> <vector>
  <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h>
  <absl/status/status.h> <absl/status/statusor.h>
  <absl/strings/match.h> <absl/strings/str_cat.h> <absl/strings/str_join.h>
  <absl/strings/str_split.h> <absl/time/time.h>
  <probity/storage/v1/storage.pb.h> <probity/v1/dataset.pb.h> <probity/v1/decision.pb.h>
  <probity/v1/record.pb.h>)
set(PROBITY_CALL_HEADERS ${PROBITY_CORE_HEADERS}
  <grpcpp/grpcpp.h> <probity/v1/dataset_service.grpc.pb.h>
  <probity/v1/screening_service.grpc.pb.h>)
# A library serves one service; commands and tests call all.
set(PROBITY_SERVICE_HEADERS "")
foreach(service certification policy portfolio review risk server supplier vendor)
  list(APPEND PROBITY_SERVICE_HEADERS <probity/v1/${service}_service.grpc.pb.h>)
endforeach()
set(PROBITY_TEST_HEADERS <gmock/gmock.h> <gtest/gtest.h>)
set(PROBITY_GENERATED_HEADERS <google/protobuf/generated_message_reflection.h>
  <google/protobuf/map_entry.h> <google/protobuf/message.h> <google/protobuf/reflection_ops.h>
  <google/protobuf/timestamp.pb.h> <google/protobuf/wire_format.h>)

# Called behind proto/, whose headers it reads.
function(probity_precompile_sets)
  if(NOT PROBITY_PRECOMPILE_HEADERS)
    return()
  endif()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cc CONTENT "")
  probity_precompile_set(core probity::proto ${PROBITY_CORE_HEADERS})
  probity_precompile_set(call probity::proto_grpc ${PROBITY_CALL_HEADERS})
  probity_precompile_set(command "probity::proto_grpc;CLI11::CLI11" ${PROBITY_CALL_HEADERS}
    ${PROBITY_SERVICE_HEADERS} <CLI/CLI.hpp>)
  if(NOT PROBITY_BUILD_TESTS)
    return()
  endif()
  set(tested GTest::gmock GTest::gtest_main)
  probity_precompile_set(core_test "probity::proto;${tested}" ${PROBITY_CORE_HEADERS} ${PROBITY_TEST_HEADERS})
  probity_precompile_set(call_test "probity::proto_grpc;${tested}" ${PROBITY_CALL_HEADERS}
    ${PROBITY_SERVICE_HEADERS} ${PROBITY_TEST_HEADERS})
endfunction()

function(probity_optimised_as target set)
  if(NOT set STREQUAL core)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

function(probity_precompile_set set deps)
  add_library(probity_headers_${set} OBJECT ${PROJECT_BINARY_DIR}/precompiled.cc)
  target_link_libraries(probity_headers_${set} PRIVATE ${deps})
  probity_compile_options(probity_headers_${set})
  target_precompile_headers(probity_headers_${set} PRIVATE ${ARGN})
  # The compiler wants the same of both, and executables are no -fPIC.
  if(set MATCHES test)
    set_target_properties(probity_headers_${set} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(probity_headers_${set} PRIVATE -fPIE)
  endif()
  probity_optimised_as(probity_headers_${set} ${set})
endfunction()

# Lets the library of generated messages read its set.
function(probity_precompiled_generated target)
  if(PROBITY_PRECOMPILE_HEADERS)
    target_precompile_headers(${target} PRIVATE ${PROBITY_GENERATED_HEADERS})
  endif()
endfunction()

# Lets a target read the set of its floor; `suffix` is "" or "_test".
function(probity_precompiled target suffix)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  if(NOT PROBITY_PRECOMPILE_HEADERS OR folder MATCHES "^benchmarks")
    return()
  endif()
  set(set core)
  if(folder MATCHES "^cli" AND NOT suffix)
    set(set command)
  elseif(folder MATCHES "^(services|cli|tests/conformance)" AND
         NOT folder MATCHES "^services/(doctor|health|timestamps)$")
    set(set call)
  endif()
  target_precompile_headers(${target} REUSE_FROM probity_headers_${set}${suffix})
  probity_optimised_as(${target} ${set}${suffix})
endfunction()
