// Loggers: messages by category and level.
//
// `log.info() << x;` or `log.info("x is %d", x);`. Which levels are shown is set on the command line with
// `-level CATEGORY=LEVEL,...` or `-level LEVEL`, where to with `-logfile FILE` (`%` is the process's number);
// by default `print` and above, on standard output. Thread safety: any thread; a message is written at once.
#pragma once

#include <atomic>
#include <cstdarg>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "realm/realm_config.h"

namespace Realm {

class LoggerMessage;
class LoggerOutputStream;

class REALM_PUBLIC_API Logger {
 public:
  explicit Logger(const std::string& _name);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  enum LoggingLevel {
    LEVEL_SPEW,
    LEVEL_DEBUG,
    LEVEL_INFO,
    LEVEL_PRINT,
    LEVEL_WARNING,
    LEVEL_ERROR,
    LEVEL_FATAL,
    LEVEL_NONE,
  };

  // Takes the loggers' flags out of the command line.
  static void configure_from_cmdline(std::vector<std::string>& cmdline);
  // Where all loggers, or that of one category, write. The streams stay the caller's.
  static void set_default_output(LoggerOutputStream* s);
  static void set_logger_output(const std::string& name, LoggerOutputStream* s);

  const std::string& get_name() const { return name; }
  LoggingLevel get_level() const { return static_cast<LoggingLevel>(level.load(std::memory_order_relaxed)); }

  bool want_spew() const { return wants(LEVEL_SPEW); }
  bool want_debug() const { return wants(LEVEL_DEBUG); }
  bool want_info() const { return wants(LEVEL_INFO); }
  bool want_print() const { return wants(LEVEL_PRINT); }
  bool want_warning() const { return wants(LEVEL_WARNING); }
  bool want_error() const { return wants(LEVEL_ERROR); }
  bool want_fatal() const { return wants(LEVEL_FATAL); }

  LoggerMessage spew();
  LoggerMessage debug();
  LoggerMessage info();
  LoggerMessage print();
  LoggerMessage warning();
  LoggerMessage error();
  // Does not end the program.
  LoggerMessage fatal();
  LoggerMessage newmsg(LoggingLevel level);

  REALM_ATTR_PRINTF_FORMAT(void spew(const char* fmt, ...), 2, 3);
  REALM_ATTR_PRINTF_FORMAT(void debug(const char* fmt, ...), 2, 3);
  REALM_ATTR_PRINTF_FORMAT(void info(const char* fmt, ...), 2, 3);
  REALM_ATTR_PRINTF_FORMAT(void print(const char* fmt, ...), 2, 3);
  REALM_ATTR_PRINTF_FORMAT(void warning(const char* fmt, ...), 2, 3);
  REALM_ATTR_PRINTF_FORMAT(void error(const char* fmt, ...), 2, 3);
  REALM_ATTR_PRINTF_FORMAT(void fatal(const char* fmt, ...), 2, 3);

 protected:
  friend class LoggerMessage;
  friend struct LoggerSettings;
  bool wants(LoggingLevel wanted) const { return wanted >= level.load(std::memory_order_relaxed); }
  void write(LoggingLevel message_level, const std::string& text);

  std::string name;
  std::atomic<int> level;
};

// A message that is written when it is destroyed.
class REALM_PUBLIC_API LoggerMessage {
 public:
  LoggerMessage(LoggerMessage&& from) noexcept;
  ~LoggerMessage();
  LoggerMessage(const LoggerMessage&) = delete;
  LoggerMessage& operator=(const LoggerMessage&) = delete;

  template <typename T>
  LoggerMessage& operator<<(const T& val) {
    if (text) *text << val;
    return *this;
  }
  // Manipulators.
  LoggerMessage& operator<<(std::ostream& (*manipulator)(std::ostream&)) {
    if (text) *text << manipulator;
    return *this;
  }
  LoggerMessage& vprintf(const char* fmt, va_list ap);
  bool is_active() const { return text != nullptr; }
  // The message is not written.
  void deactivate() { text.reset(); }
  std::ostream& get_stream();

 protected:
  friend class Logger;
  LoggerMessage(Logger* _logger, bool _active, Logger::LoggingLevel _level);
  Logger* logger;
  Logger::LoggingLevel level;
  std::unique_ptr<std::ostringstream> text;
};

// Where messages go.
class REALM_PUBLIC_API LoggerOutputStream {
 public:
  virtual ~LoggerOutputStream() {}
  virtual void log_msg(Logger::LoggingLevel level, const char* name, const char* msgdata, size_t msglen) = 0;
  virtual void flush() = 0;
};

}  // namespace Realm
