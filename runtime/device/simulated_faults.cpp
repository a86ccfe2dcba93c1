#include "runtime/device/simulated_faults.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace palatine::device {

namespace {

// In the order of `SimulatedCall`.
constexpr std::string_view kCalls[kSimulatedCalls] = {
    "allocate",        "create_stream", "create_event", "load_module", "copy",    "fill",
    "launch",          "call",          "record",       "wait",        "reserve", "map",
    "begin_recording", "end_recording", "launch_graph", "set_launch"};

bool parse_number(std::string_view text, auto& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number < 1'000'000'000;
}

void apply(SimulatedPlatform& platform, const SimulatedFault& fault) {
  if (fault.what == "lose") return platform.lose_at_kernel(fault.device, fault.number);
  if (fault.what == "slow") return platform.slow_copies(fault.device, static_cast<double>(fault.number));
  if (fault.what == "device") return platform.fail_allocation(fault.device, MemoryKind::device, fault.number);
  if (fault.what == "pinned") return platform.fail_allocation(fault.device, MemoryKind::pinned, fault.number);
  const auto call = std::find(std::begin(kCalls), std::end(kCalls), fault.what);
  platform.fail(fault.device, static_cast<SimulatedCall>(call - std::begin(kCalls)), fault.number);
}

}  // namespace

Result<std::vector<SimulatedFault>> parse_faults(std::string_view text) {
  std::vector<SimulatedFault> faults;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const std::string whole(word);
    SimulatedFault fault;
    bool is_good = true;
    if (const size_t slash = word.find('/'); slash != word.npos) {
      is_good = parse_number(word.substr(0, slash), fault.device);
      word.remove_prefix(slash + 1);
    }
    const size_t colon = word.find(':');
    fault.what = word.substr(0, colon);
    is_good = is_good && colon != word.npos && parse_number(word.substr(colon + 1), fault.number) &&
              fault.number > 0;
    const bool is_known = std::find(std::begin(kCalls), std::end(kCalls), fault.what) != std::end(kCalls) ||
                          fault.what == "device" || fault.what == "pinned" || fault.what == "lose" ||
                          fault.what == "slow";
    if (!is_good || !is_known) {
      return Status::error(
          StatusCode::invalid_argument,
          "`" + whole + "` is no fault of a simulated device, like `launch:3` or `1/lose:20`");
    }
    faults.push_back(fault);
  }
  return faults;
}

Result<std::unique_ptr<SimulatedPlatform>> open_simulated(SimulatedOptions options) {
  options.is_stepped = false;
  const char* text = std::getenv("PALATINE_SIMULATED_FAULTS");
  Result<std::vector<SimulatedFault>> faults = parse_faults(text ? text : "");
  if (!faults.ok()) return faults.status();
  for (const SimulatedFault& fault : faults.value()) {
    if (fault.device >= options.devices)
      return Status::error(StatusCode::invalid_argument,
                           "there is no simulated device " + std::to_string(fault.device));
    if (fault.what == "slow") options.real_time_factor = 1;
  }
  auto platform = std::make_unique<SimulatedPlatform>(options);
  for (const SimulatedFault& fault : faults.value()) apply(*platform, fault);
  return platform;
}

}  // namespace palatine::device
