# What the thread sanitizer must be told of libraries that are built without it;
# see tsan_absl_mutex.cc. Sets PROBITY_TSAN_DEPS for executables.
set(PROBITY_TSAN_DEPS "")
if(PROBITY_SANITIZE STREQUAL "thread")
  # Headers lay classes out as for a library that was built with the sanitizer:
  # protobuf's map fields would have members that libprotobuf does not know.
  add_compile_options(-U__SANITIZE_THREAD__)
  # "absl::debian3::Mutex::" and the like, mangled.
  find_file(PROBITY_ABSL_OPTIONS absl/base/options.h REQUIRED)
  file(STRINGS ${PROBITY_ABSL_OPTIONS} line REGEX "define ABSL_OPTION_INLINE_NAMESPACE_NAME ")
  string(REGEX REPLACE ".* " "" namespace "${line}")
  string(LENGTH "${namespace}" length)
  set(prefix "_ZN4absl${length}${namespace}5Mutex")
  add_library(probity_tsan OBJECT cmake/tsan_absl_mutex.cc)
  target_compile_definitions(probity_tsan PRIVATE PROBITY_TSAN_MUTEX_PREFIX="${prefix}")
  target_link_libraries(probity_tsan PUBLIC absl::synchronization absl::time)
  set(condition "ERKNS0_9ConditionE")
  set(until "ERKNS0_9ConditionENS0_4TimeE")
  foreach(tail 4LockEv 6UnlockEv 10ReaderLockEv 12ReaderUnlockEv 8LockWhen${condition} 5Await${condition}
          17AwaitWithDeadline${until} 14ReaderLockWhen${condition} 26ReaderLockWhenWithDeadline${until})
    target_link_options(probity_tsan INTERFACE "LINKER:--wrap=${prefix}${tail}")
  endforeach()
  set(PROBITY_TSAN_DEPS probity_tsan)
endif()
