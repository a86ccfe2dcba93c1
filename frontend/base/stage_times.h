// Where the time of one compilation goes, for `--timing`.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace palatine {

// Not thread safe.
class StageTimes {
 public:
  using Clock = std::chrono::steady_clock;

  // Times of the same name are summed; names keep the order of their first use.
  void add(const std::string& name, double ms) {
    for (auto& [known, sum_ms] : stages_) {
      if (known == name) {
        sum_ms += ms;
        return;
      }
    }
    stages_.emplace_back(name, ms);
  }
  const std::vector<std::pair<std::string, double>>& stages() const { return stages_; }

 private:
  std::vector<std::pair<std::string, double>> stages_;
};

// Adds the time of its own life to a stage; a null `times` measures nothing.
class StageTimer {
 public:
  StageTimer(StageTimes* times, const char* name)
      : times_(times), name_(name), start_(StageTimes::Clock::now()) {}
  ~StageTimer() {
    if (!times_) return;
    std::chrono::duration<double, std::milli> passed = StageTimes::Clock::now() - start_;
    times_->add(name_, passed.count());
  }
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

 private:
  StageTimes* times_;
  const char* name_;
  StageTimes::Clock::time_point start_;
};

}  // namespace palatine
