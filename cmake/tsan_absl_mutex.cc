// Tells the thread sanitizer what absl::Mutex orders.
//
// Debian's Abseil is built without the sanitizer, which therefore does not see
// that one thread's Unlock() comes before another's Lock() and takes all that a
// mutex guards for raced on. The linker puts these functions in the place of the
// calls that our code makes (cmake/ThreadSanitizer.cmake). A thread that unlocks
// evaluates the conditions of those who wait: its reads there are not looked at,
// the mutex is still held.
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
}

namespace {

using absl::Condition;
using absl::Mutex;
using absl::Time;

class Unwatched {
 public:
  Unwatched() { AnnotateIgnoreReadsBegin(__FILE__, __LINE__); }
  ~Unwatched() { AnnotateIgnoreReadsEnd(__FILE__, __LINE__); }
};

// Runs `call`, which gives the mutex up if `releases`, and has it then if
// `acquires`.
template <bool releases, bool acquires, typename Call>
auto Watch(Mutex* mutex, Call call) {
  struct Acquired {
    Mutex* const mutex;
    ~Acquired() {
      if (acquires) __tsan_acquire(mutex);
    }
  } acquired{mutex};
  if (releases) __tsan_release(mutex);
  Unwatched unwatched;
  return call();
}

#define PROBITY_MUTEX PROBITY_TSAN_MUTEX_PREFIX
#define PROBITY_REAL(tail) asm("__real_" PROBITY_MUTEX tail)
#define PROBITY_WRAP(tail) asm("__wrap_" PROBITY_MUTEX tail)

#define PROBITY_CONDITION "ERKNS0_9ConditionE"
#define PROBITY_UNTIL "ERKNS0_9ConditionENS0_4TimeE"

// Declares the real function and the one in its place.
#define PROBITY_WATCH(name, tail, releases, acquires, result, parameters, arguments) \
  result Real##name parameters PROBITY_REAL(tail);                                   \
  result Wrap##name parameters PROBITY_WRAP(tail);                                   \
  result Wrap##name parameters {                                                     \
    return Watch<releases, acquires>(mutex, [&] { return Real##name arguments; });   \
  }

}  // namespace

PROBITY_WATCH(Lock, "4LockEv", false, true, void, (Mutex * mutex), (mutex))
PROBITY_WATCH(Unlock, "6UnlockEv", true, false, void, (Mutex * mutex), (mutex))
PROBITY_WATCH(ReaderLock, "10ReaderLockEv", false, true, void, (Mutex * mutex), (mutex))
PROBITY_WATCH(ReaderUnlock, "12ReaderUnlockEv", true, false, void, (Mutex * mutex), (mutex))
PROBITY_WATCH(LockWhen, "8LockWhen" PROBITY_CONDITION, false, true, void,
              (Mutex * mutex, const Condition& condition), (mutex, condition))
PROBITY_WATCH(Await, "5Await" PROBITY_CONDITION, true, true, void,
              (Mutex * mutex, const Condition& condition), (mutex, condition))
PROBITY_WATCH(AwaitWithDeadline, "17AwaitWithDeadline" PROBITY_UNTIL, true, true, bool,
              (Mutex * mutex, const Condition& condition, Time until), (mutex, condition, until))
PROBITY_WATCH(ReaderLockWhen, "14ReaderLockWhen" PROBITY_CONDITION, false, true, void,
              (Mutex * mutex, const Condition& condition), (mutex, condition))
PROBITY_WATCH(ReaderLockWhenWithDeadline, "26ReaderLockWhenWithDeadline" PROBITY_UNTIL, false, true,
              bool, (Mutex * mutex, const Condition& condition, Time until),
              (mutex, condition, until))
