// Randomness of the operating system, and ids made of it.
#ifndef PROBITY_BASE_RANDOM_H_
#define PROBITY_BASE_RANDOM_H_

#include <cstddef>
#include <string>

namespace probity {

// Fit for keys and salts. Ends the program where there is no randomness.
std::string RandomBytes(size_t bytes);

// A UUID of version 4 (RFC 9562), in lower case.
std::string NewUuid();

}  // namespace probity

#endif  // PROBITY_BASE_RANDOM_H_
