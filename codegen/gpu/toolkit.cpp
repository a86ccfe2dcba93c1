#include "codegen/gpu/toolkit.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

namespace palatine::codegen {

namespace fs = std::filesystem;

static std::vector<std::string> toolkit_folders() {
  std::vector<std::string> folders;
  for (const char* variable : {"CUDA_HOME", "CUDA_PATH"}) {
    if (const char* folder = std::getenv(variable)) folders.emplace_back(folder);
  }
  folders.insert(folders.end(),
                 {"/usr/local/cuda", "/opt/cuda", "/usr/lib/cuda", "/usr/lib/nvidia-cuda-toolkit"});
  return folders;
}

static bool is_file(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::string find_libdevice() {
  for (const std::string& folder : toolkit_folders()) {
    for (const char* place : {"/nvvm/libdevice/libdevice.10.bc", "/libdevice/libdevice.10.bc"}) {
      if (is_file(folder + place)) return folder + place;
    }
  }
  return {};
}

std::string find_ptxas() {
  std::vector<std::string> folders = toolkit_folders();
  for (std::string& folder : folders) folder += "/bin";
  if (const char* path = std::getenv("PATH")) {
    std::istringstream words(path);
    for (std::string folder; std::getline(words, folder, ':');) folders.push_back(folder);
  }
  for (const std::string& folder : folders) {
    const std::string ptxas = folder + "/ptxas";
    if (is_file(ptxas) && access(ptxas.c_str(), X_OK) == 0) return ptxas;
  }
  return {};
}

}  // namespace palatine::codegen
