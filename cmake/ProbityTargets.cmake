# One target a folder, without globbing:
#   probity_library(storage SOURCES a.cc DEPS probity::base)   -> probity::storage
#   probity_test(storage_codec_test SOURCES codec_test.cc DEPS probity::storage)
#   probity_fuzzer(key_codec_fuzz SOURCES key_codec_fuzz.cc DEPS probity::storage)
function(probity_compile_options target)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${target} PRIVATE -Wall -Wextra -Werror -Wno-unused-parameter
    -Wnon-virtual-dtor -Woverloaded-virtual)
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # To gcc each joined source is a header, which others may read.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  if(PROBITY_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${PROBITY_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${PROBITY_SANITIZE})
    # Programs of 300 MB, some ninety: half of the time to link them.
    if(PROBITY_MOLD AND PROBITY_SANITIZE MATCHES address)
      target_link_options(${target} PUBLIC -fuse-ld=mold)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # gcc 12 sees uninitialized values inside std::regex once it is instrumented.
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    endif()
    # A check of the pointer at each access takes a third of the compile time. Null
    # crashes all the same; only folders that read raw bytes need the rest.
    if(NOT PROBITY_READS_RAW_BYTES AND PROBITY_SANITIZE MATCHES undefined)
      target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment,object-size)
    endif()
  endif()
  if(PROBITY_BUILD_FUZZERS)
    # Coverage of the code under test is what guides the fuzzer.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# The presets release and asan join sources, ten at a time: they share most of what takes its compile
# time, code of libraries. Those named here it compiles alone, since a name that is private
# to them is private to another source of their target too.
function(probity_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

function(probity_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(probity_${name} STATIC ${ARG_SOURCES})
  add_library(probity::${name} ALIAS probity_${name})
  target_link_libraries(probity_${name} PUBLIC ${ARG_DEPS})
  probity_compile_options(probity_${name})
  probity_precompiled(probity_${name} "")
endfunction()

function(probity_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} ${PROBITY_TSAN_DEPS})
  probity_compile_options(${name})
endfunction()

# Begin first, so that the run does not end with one of them alone.
set(PROBITY_LONG_TESTS server_test server_data_test crash_test storage_rocksdb_conformance_test
  storage_names_test ingest_test api_conformance_test integration_import_test
  integration_operations_test integration_onboarding_test integration_fetch_test)

# What all tests share; `labels` may be empty.
function(probity_registered_test name labels)
  set_tests_properties(${name} PROPERTIES TIMEOUT 2700 LABELS "${labels}")
  if(name IN_LIST PROBITY_LONG_TESTS)
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
endfunction()

function(probity_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(NOT PROBITY_BUILD_TESTS)
    return()
  endif()
  probity_executable(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  probity_precompiled(${name} _test)
  target_compile_definitions(${name} PRIVATE PROBITY_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  probity_registered_test(${name} "")
endfunction()

# A fuzz target is a libFuzzer program in the fuzz preset, run by the tests
# for some seconds on top of its corpus in tests/fuzz/corpora/NAME.
function(probity_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(NOT PROBITY_BUILD_FUZZERS)
    return()
  endif()
  probity_executable(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY PROBITY_FUZZERS ${name})
endfunction()
