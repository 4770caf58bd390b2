// Threads that give way to calls.
#ifndef PROBITY_BASE_THREAD_PRIORITY_H_
#define PROBITY_BASE_THREAD_PRIORITY_H_

#include <sys/resource.h>

namespace probity {

// Lowers the priority of the calling thread alone, to a niceness of 1 to 19; threads that
// it starts afterwards have it too. Where the system refuses, it stays as it is.
inline void LowerThreadPriority(int niceness) {
  // On Linux the calling thread is meant, not its process.
  setpriority(PRIO_PROCESS, 0, niceness);
}

}  // namespace probity

#endif  // PROBITY_BASE_THREAD_PRIORITY_H_
