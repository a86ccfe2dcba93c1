// Running the compiled program as a child process.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace palatine::driver {

struct ChildResult {
  int exit_code = 0;
  // The signal that ended it; 0 when it ended by itself.
  int signal = 0;
  // errno when it could not be started.
  int start_error = 0;
};

// Runs `executable` with `argv` (argv[0] included) on this process's standard streams and waits for it.
// Signals that ask this process to end are passed on to it, and it dies with this process.
// `serve`, if it is not empty, is called with a socket that the child finds under the number that its
// environment says (PALATINE_LUA); it returns when the child closes its end.
ChildResult run_child(const std::string& executable, const std::vector<std::string>& argv,
                      const std::function<void(int)>& serve = {});

// Ends this process by the signal that ended the child, so that the caller's shell sees the same.
[[noreturn]] void die_by_signal(int signal);

}  // namespace palatine::driver
