// Errors that end the process.
#pragma once

namespace palatine::realm {

// For mistakes of the runtime itself: prints `internal error: ...` and aborts.
[[noreturn]] void internal_error(const char* format, ...) __attribute__((format(printf, 1, 2)));

// For what a program can cause: flushes standard output, prints the message and exits with code 1 without
// running destructors, because other workers are still busy.
[[noreturn]] void fatal_error(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace palatine::realm
