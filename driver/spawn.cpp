#include "driver/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace palatine::driver {

namespace {

constexpr int kForwarded[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

// The process that forwarded signals go to. Written before the handlers are installed.
std::atomic<pid_t> forward_to{0};

void forward(int signal) {
  pid_t child = forward_to.load(std::memory_order_relaxed);
  if (child > 0) kill(child, signal);
}

// Passes signals on while it lives.
class Forwarding {
 public:
  explicit Forwarding(pid_t child) {
    forward_to.store(child, std::memory_order_relaxed);
    struct sigaction action = {};
    action.sa_handler = forward;
    action.sa_flags = SA_RESTART;
    for (size_t i = 0; i < std::size(kForwarded); ++i) sigaction(kForwarded[i], &action, &before_[i]);
  }
  ~Forwarding() {
    for (size_t i = 0; i < std::size(kForwarded); ++i) sigaction(kForwarded[i], &before_[i], nullptr);
    forward_to.store(0, std::memory_order_relaxed);
  }
  Forwarding(const Forwarding&) = delete;
  Forwarding& operator=(const Forwarding&) = delete;

 private:
  struct sigaction before_[std::size(kForwarded)];
};

}  // namespace

ChildResult run_child(const std::string& executable, const std::vector<std::string>& argv,
                      const std::function<void(int)>& serve) {
  std::vector<char*> pointers;
  for (const std::string& word : argv) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  // What the program prints comes after what Lua printed.
  fflush(stdout);
  fflush(stderr);

  ChildResult result;
  // A failed exec writes errno into the pipe; a successful one closes it.
  int failure[2];
  if (pipe2(failure, O_CLOEXEC) != 0) {
    result.start_error = errno;
    return result;
  }
  int ends[2] = {-1, -1};
  if (serve && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    result.start_error = errno;
    close(failure[0]);
    close(failure[1]);
    return result;
  }
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (serve) {
      fcntl(ends[1], F_SETFD, 0);
      setenv("PALATINE_LUA", std::to_string(ends[1]).c_str(), 1);
    }
    execv(executable.c_str(), pointers.data());
    int error = errno;
    (void)!write(failure[1], &error, sizeof error);
    _exit(127);
  }
  if (child < 0) result.start_error = errno;
  close(failure[1]);
  if (serve) close(ends[1]);
  if (child > 0) {
    Forwarding forwarding(child);
    if (serve) serve(ends[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    int error = 0;
    if (read(failure[0], &error, sizeof error) == sizeof error) result.start_error = error;
    if (WIFSIGNALED(status)) {
      result.signal = WTERMSIG(status);
    } else {
      result.exit_code = WEXITSTATUS(status);
    }
  }
  close(failure[0]);
  if (serve) close(ends[0]);
  return result;
}

void die_by_signal(int signal) {
  // The child has left its core file already, if any.
  rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  ::signal(signal, SIG_DFL);
  raise(signal);
  // The signal may be blocked; this is what shells make of it.
  _exit(128 + signal);
}

}  // namespace palatine::driver
