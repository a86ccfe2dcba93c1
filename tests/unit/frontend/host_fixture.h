// A host with a recording handler, for tests that run small programs.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/frontend/recording_handler.h"

namespace palatine {

class HostTest : public testing::Test {
 protected:
  SourceManager sources;
  Diagnostics diags{sources};
  RecordingHandler handler;
  std::filesystem::path folder;

  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path(testing::TempDir()) /
             (std::string(info->test_suite_name()) + "." + info->name());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string write(const std::string& name, const std::string& text) {
    std::filesystem::path path = folder / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  bool run(const std::string& text, host::HostOptions options = {}) {
    std::string path = write("main.rg", text);
    host::Host host(sources, diags, handler, std::move(options));
    return host.run_file(path);
  }

  // Diagnostics as "LINE: text", their notes behind them; files other than main.rg are named.
  std::vector<std::string> messages() const {
    std::vector<std::string> result;
    for (const Diagnostic& diagnostic : diags.all()) {
      std::string text = message(diagnostic.main);
      for (const Message& note : diagnostic.notes) text += " | " + message(note);
      result.push_back(text);
    }
    return result;
  }

  using Strings = std::vector<std::string>;

 private:
  std::string message(const Message& message) const {
    if (!message.range.is_valid()) return message.text;
    std::string file = std::filesystem::path(sources.name(message.range.file)).filename().string();
    return (file == "main.rg" ? "" : file + ":") + std::to_string(sources.line(message.range)) + ": " +
           message.text;
  }
};

}  // namespace palatine
