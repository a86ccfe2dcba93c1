#include "runtime/realm/gpu/gpu_config.h"

#include <algorithm>
#include <cstdlib>

#include "realm/cmdline.h"
#include "runtime/device/cuda.h"
#include "runtime/realm/fatal.h"

namespace palatine::realm {

namespace {

constexpr int kMostGpus = 64;

// Flags that other installations know and that need nothing here: all take a value.
const char* const kIgnoredWithValue[] = {
    "-ll:pin",          "-ll:pin_gpus",      "-cuda:dynfb",      "-cuda:dynfb_max",
    "-cuda:hostreg",    "-cuda:callbacks",   "-cuda:nohijack",   "-cuda:skipgpus",
    "-cuda:skipbusy",   "-cuda:minavailmem", "-cuda:legacysync", "-cuda:contextsync",
    "-cuda:maxctxsync", "-cuda:lmemresize",  "-cuda:mtdma",      "-cuda:ipc",
};

std::vector<int> numbers_of(const std::string& list) {
  std::vector<int> numbers;
  for (size_t at = 0; at <= list.size();) {
    const size_t comma = std::min(list.find(',', at), list.size());
    const std::string word = list.substr(at, comma - at);
    const bool is_number =
        !word.empty() && word.size() < 4 && std::all_of(word.begin(), word.end(), ::isdigit);
    if (!is_number) fatal_error("error: `-ll:gpu_ids` needs numbers separated by commas");
    numbers.push_back(std::atoi(word.c_str()));
    at = comma + 1;
  }
  return numbers;
}

}  // namespace

GpuConfig::GpuConfig() : ModuleConfig("cuda") {
  add_property("gpu", gpus);
  add_property("fbmem", fbmem);
  add_property("zcmem", zcmem);
  add_property("ib_fbmem", ib_fbmem_);
  add_property("ib_zcmem", ib_zcmem_);
  add_property("task_streams", task_streams);
  add_property("d2d_streams", d2d_streams_);
  add_resource("gpu", machine_gpus_);
  add_resource("fbmem", machine_fbmem_);
}

// Of the driver's devices; the memory is that of the first one.
void GpuConfig::discover_resources() const {
  if (machine_gpus_ >= 0) return;
  const std::unique_ptr<device::Platform> platform = device::open_cuda();
  machine_gpus_ = static_cast<int>(platform->device_count());
  if (machine_gpus_ > 0) machine_fbmem_ = platform->device(0).properties().memory_bytes;
}

bool GpuConfig::is_present() const {
  if (platform != Platform::automatic || wanted() > 0) return platform != Platform::off;
  discover_resources();
  return machine_gpus_ > 0;
}

void GpuConfig::configure_from_cmdline(std::vector<std::string>& cmdline) {
  std::string list, ignored;
  Realm::CommandLineParser parser;
  parser.add_option_int("-ll:gpu", gpus);
  parser.add_option_string("-ll:gpu_ids", list);
  parser.add_option_int_units("-ll:fsize", fbmem, 'm');
  parser.add_option_int_units("-ll:zsize", zcmem, 'm');
  parser.add_option_int_units("-ll:msize", managed, 'm');
  parser.add_option_int_units("-ll:ib_fsize", ib_fbmem_, 'm');
  parser.add_option_int_units("-ll:ib_zsize", ib_zcmem_, 'm');
  parser.add_option_int("-ll:streams", task_streams);
  parser.add_option_int("-ll:d2d_streams", d2d_streams_);
  for (const char* flag : kIgnoredWithValue) parser.add_option_string(flag, ignored);
  if (parser.parse_command_line_v2(cmdline) != REALM_SUCCESS)
    fatal_error("error: `-ll:gpu`, `-ll:fsize`, `-ll:zsize`, `-ll:msize` and `-ll:streams` need a number");
  if (gpus < 0 || gpus > kMostGpus) fatal_error("error: `-ll:gpu` needs a number from 0 to %d", kMostGpus);
  if (task_streams < 1 || task_streams > 1024)
    fatal_error("error: `-ll:streams` needs a number from 1 to 1024");
  if (!list.empty()) ids = numbers_of(list);
  const std::string prefix = "--gpu=";
  std::erase_if(cmdline, [&](const std::string& word) {
    if (word.compare(0, prefix.size(), prefix) != 0) return false;
    const std::string value = word.substr(prefix.size());
    if (value == "auto") {
      platform = Platform::automatic;
    } else if (value == "require") {
      platform = Platform::required;
    } else if (value == "simulated") {
      platform = Platform::simulated;
    } else if (value == "off") {
      platform = Platform::off;
    } else {
      fatal_error("error: `%s`: there are `auto`, `require`, `simulated` and `off`", word.c_str());
    }
    return true;
  });
}

int GpuConfig::wanted() const {
  if (platform == Platform::off) return 0;
  const int asked = ids.empty() ? gpus : static_cast<int>(ids.size());
  return platform == Platform::automatic ? asked : std::max(asked, 1);
}

}  // namespace palatine::realm
