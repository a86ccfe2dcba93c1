// lld keeps state in globals that a second link in the same process stumbles over (a relocatable link after
// another one crashes). So each link runs in a fork of this process: nothing is loaded again, nothing is left
// behind, and a crash of lld is an error like any other.
#include "codegen/link/link.h"

#include <lld/Common/CommonLinkerContext.h>
#include <lld/Common/Driver.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/raw_ostream.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

LLD_HAS_DRIVER(elf)

namespace palatine::codegen {

namespace {

// Never returns: links, and writes what lld says to `messages_fd`.
[[noreturn]] void link_and_exit(const std::vector<std::string>& arguments, int messages_fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<const char*> pointers = {"ld.lld"};
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  llvm::raw_fd_ostream stream(messages_fd, /*shouldClose=*/false, /*unbuffered=*/true);
  bool is_ok = lld::elf::link(pointers, stream, stream, /*exitEarly=*/false, /*disableOutput=*/false);
  _exit(is_ok ? 0 : 1);
}

std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  ssize_t got;
  while ((got = read(fd, buffer, sizeof buffer)) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

}  // namespace

LinkResult link(const std::vector<std::string>& arguments) {
  LinkResult result;
  int messages[2];
  if (pipe(messages) != 0) {
    result.messages.push_back(strerror(errno));
    return result;
  }
  pid_t child = fork();
  if (child == 0) link_and_exit(arguments, messages[1]);
  close(messages[1]);
  std::string text = child > 0 ? read_all(messages[0]) : strerror(errno);
  close(messages[0]);
  if (child > 0) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.is_ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (WIFSIGNALED(status)) text += std::string("lld failed: ") + strsignal(WTERMSIG(status)) + "\n";
  }
  llvm::SmallVector<llvm::StringRef, 8> lines;
  llvm::StringRef(text).split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) result.messages.push_back(line.str());
  return result;
}

}  // namespace palatine::codegen
