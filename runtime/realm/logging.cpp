#include "realm/logging.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "realm/cmdline.h"
#include "realm/timers.h"
#include "runtime/realm/fatal.h"

namespace Realm {

// The settings of all loggers, which live as long as the process. `mutex` guards everything, and the writing
// of each message.
struct LoggerSettings {
  std::mutex mutex;
  std::set<Logger*> loggers;
  int default_level = Logger::LEVEL_PRINT;
  std::map<std::string, int> levels;
  LoggerOutputStream* default_output = nullptr;
  std::map<std::string, LoggerOutputStream*> outputs;
  FILE* file = stdout;
  bool has_file = false;
  int error_level = Logger::LEVEL_ERROR;
  bool shows_time = false;
  std::set<std::string> only;  // categories that are shown; empty: all

  int level_of(const std::string& name) const {
    if (!only.empty() && !only.count(name)) return Logger::LEVEL_NONE;
    auto found = levels.find(name);
    return found == levels.end() ? default_level : found->second;
  }
  void apply() {
    for (Logger* logger : loggers) logger->level.store(level_of(logger->name), std::memory_order_relaxed);
  }
  static LoggerSettings& get() {
    static auto* instance = new LoggerSettings;
    return *instance;
  }
};

namespace {

// `name=level` pairs or a level, between commas.
void read_levels(LoggerSettings& settings, const std::string& text) {
  size_t start = 0;
  while (start < text.size()) {
    size_t end = std::min(text.find(',', start), text.size());
    std::string item = text.substr(start, end - start);
    start = end + 1;
    size_t equals = item.find('=');
    std::string value = equals == std::string::npos ? item : item.substr(equals + 1);
    char* rest;
    long level = strtol(value.c_str(), &rest, 10);
    if (value.empty() || *rest || level < Logger::LEVEL_SPEW || level > Logger::LEVEL_NONE) {
      palatine::realm::fatal_error("error: `-level` needs CATEGORY=LEVEL with a level from 0 to 7, got `%s`",
                                   item.c_str());
    }
    if (equals == std::string::npos) {
      settings.default_level = static_cast<int>(level);
    } else {
      settings.levels[item.substr(0, equals)] = static_cast<int>(level);
    }
  }
}

void open_file(LoggerSettings& settings, std::string name) {
  if (name == "stdout" || name == "stderr") {
    settings.file = name == "stdout" ? stdout : stderr;
    settings.has_file = false;
    return;
  }
  bool appends = name[0] == '+';
  if (appends) name.erase(0, 1);
  if (size_t percent = name.find('%'); percent != std::string::npos) name.replace(percent, 1, "0");
  FILE* file = fopen(name.c_str(), appends ? "ae" : "we");
  if (!file) palatine::realm::fatal_error("error: cannot open the log file `%s`", name.c_str());
  settings.file = file;
  settings.has_file = true;
}

void write_line(FILE* file, Logger::LoggingLevel level, const std::string& name, const std::string& text,
                bool shows_time) {
  unsigned long thread = static_cast<unsigned long>(std::hash<std::thread::id>()(std::this_thread::get_id()));
  flockfile(file);
  fprintf(file, "[0 - %lx] ", thread);
  if (shows_time) fprintf(file, "%11.6f ", Clock::current_time());
  fprintf(file, "{%d}{%s}: ", static_cast<int>(level), name.c_str());
  fwrite(text.data(), 1, text.size(), file);
  if (text.empty() || text.back() != '\n') fputc('\n', file);
  fflush(file);
  funlockfile(file);
}

}  // namespace

void Logger::configure_from_cmdline(std::vector<std::string>& cmdline) {
  LoggerSettings& settings = LoggerSettings::get();
  std::vector<std::string> levels, files, categories;
  int error_level = settings.error_level;
  bool shows_time = settings.shows_time;
  std::string level, file, error, category;
  CommandLineParser parser;
  parser.add_option_string("-level", level)
      .add_option_string("-logfile", file)
      .add_option_stringlist("-cat", categories)
      .add_option_int("-errlevel", error_level)
      .add_option_bool("-logtime", shows_time);
  if (!parser.parse_command_line(cmdline)) {
    palatine::realm::fatal_error("error: wrong value of `-level`, `-logfile`, `-cat` or `-errlevel`");
  }
  std::lock_guard lock(settings.mutex);
  read_levels(settings, level);
  if (!file.empty()) open_file(settings, file);
  settings.only.insert(categories.begin(), categories.end());
  settings.error_level = error_level;
  settings.shows_time = shows_time;
  settings.apply();
}

void Logger::set_default_output(LoggerOutputStream* s) {
  LoggerSettings& settings = LoggerSettings::get();
  std::lock_guard lock(settings.mutex);
  settings.default_output = s;
}

void Logger::set_logger_output(const std::string& name, LoggerOutputStream* s) {
  LoggerSettings& settings = LoggerSettings::get();
  std::lock_guard lock(settings.mutex);
  settings.outputs[name] = s;
}

Logger::Logger(const std::string& _name) : name(_name) {
  LoggerSettings& settings = LoggerSettings::get();
  std::lock_guard lock(settings.mutex);
  settings.loggers.insert(this);
  level.store(settings.level_of(name), std::memory_order_relaxed);
}

Logger::~Logger() {
  LoggerSettings& settings = LoggerSettings::get();
  std::lock_guard lock(settings.mutex);
  settings.loggers.erase(this);
}

void Logger::write(LoggingLevel message_level, const std::string& text) {
  LoggerSettings& settings = LoggerSettings::get();
  std::lock_guard lock(settings.mutex);
  LoggerOutputStream* output = settings.default_output;
  if (auto found = settings.outputs.find(name); found != settings.outputs.end()) output = found->second;
  if (output) {
    output->log_msg(message_level, name.c_str(), text.data(), text.size());
    return;
  }
  write_line(settings.file, message_level, name, text, settings.shows_time);
  if (settings.has_file && message_level >= settings.error_level) {
    write_line(stderr, message_level, name, text, settings.shows_time);
  }
}

LoggerMessage Logger::newmsg(LoggingLevel message_level) {
  return LoggerMessage(this, wants(message_level), message_level);
}

LoggerMessage Logger::spew() {
  return newmsg(LEVEL_SPEW);
}
LoggerMessage Logger::debug() {
  return newmsg(LEVEL_DEBUG);
}
LoggerMessage Logger::info() {
  return newmsg(LEVEL_INFO);
}
LoggerMessage Logger::print() {
  return newmsg(LEVEL_PRINT);
}
LoggerMessage Logger::warning() {
  return newmsg(LEVEL_WARNING);
}
LoggerMessage Logger::error() {
  return newmsg(LEVEL_ERROR);
}
LoggerMessage Logger::fatal() {
  return newmsg(LEVEL_FATAL);
}

#define REALM_LOG_PRINTF(name, level)       \
  void Logger::name(const char* fmt, ...) { \
    if (!wants(level)) return;              \
    va_list arguments;                      \
    va_start(arguments, fmt);               \
    newmsg(level).vprintf(fmt, arguments);  \
    va_end(arguments);                      \
  }
REALM_LOG_PRINTF(spew, LEVEL_SPEW)
REALM_LOG_PRINTF(debug, LEVEL_DEBUG)
REALM_LOG_PRINTF(info, LEVEL_INFO)
REALM_LOG_PRINTF(print, LEVEL_PRINT)
REALM_LOG_PRINTF(warning, LEVEL_WARNING)
REALM_LOG_PRINTF(error, LEVEL_ERROR)
REALM_LOG_PRINTF(fatal, LEVEL_FATAL)
#undef REALM_LOG_PRINTF

LoggerMessage::LoggerMessage(Logger* _logger, bool _active, Logger::LoggingLevel _level)
    : logger(_logger), level(_level) {
  if (_active) text = std::make_unique<std::ostringstream>();
}

LoggerMessage::LoggerMessage(LoggerMessage&& from) noexcept
    : logger(from.logger), level(from.level), text(std::move(from.text)) {}

LoggerMessage::~LoggerMessage() {
  if (text) logger->write(level, text->str());
}

LoggerMessage& LoggerMessage::vprintf(const char* fmt, va_list ap) {
  if (!text) return *this;
  va_list again;
  va_copy(again, ap);
  char buffer[256];
  int length = vsnprintf(buffer, sizeof buffer, fmt, ap);
  if (length < static_cast<int>(sizeof buffer)) {
    *text << buffer;
  } else {
    std::string large(static_cast<size_t>(length) + 1, '\0');
    vsnprintf(large.data(), large.size(), fmt, again);
    *text << large.c_str();
  }
  va_end(again);
  return *this;
}

std::ostream& LoggerMessage::get_stream() {
  if (!text) {
    static thread_local std::ostream nowhere(nullptr);
    return nowhere;
  }
  return *text;
}

}  // namespace Realm
