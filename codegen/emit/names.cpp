#include "codegen/emit/names.h"

#include <cctype>
#include <unordered_set>

namespace palatine::codegen {

std::string identifier(std::string_view name) {
  std::string result;
  for (const char c : name) result += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  if (result.empty() || std::isdigit(static_cast<unsigned char>(result[0]))) result.insert(0, "v");
  // Double underscores are the implementation's.
  if (result.starts_with("__")) result.insert(0, "v");
  return result;
}

bool is_reserved_word(std::string_view name) {
  static const std::unordered_set<std::string_view> kWords = {
      // Keywords.
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case",
      "catch", "char", "char8_t", "char16_t", "char32_t", "class", "compl", "concept", "const", "consteval",
      "constexpr", "constinit", "const_cast", "continue", "co_await", "co_return", "co_yield", "decltype",
      "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "export", "extern",
      "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new",
      "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public",
      "register", "reinterpret_cast", "requires", "return", "short", "signed", "sizeof", "static",
      "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local", "throw", "true",
      "try", "typedef", "typeid", "typename", "typeof", "union", "unsigned", "using", "virtual", "void",
      "volatile", "wchar_t", "while", "xor", "xor_eq",
      // Macros of the common C headers that have no value, or whose value is an expression, and old
      // predefined ones.
      "assert", "complex", "errno", "EOF", "I", "NAN", "INFINITY", "HUGE_VAL", "NULL", "linux", "unix",
      "i386", "offsetof", "setjmp", "signbit", "stdin", "stdout", "stderr", "va_arg", "va_copy", "va_end",
      "va_start",
      // Members of C structs that are macros.
      "si_pid", "si_uid", "si_timerid", "si_overrun", "si_status", "si_utime", "si_stime", "si_value",
      "si_int", "si_ptr", "si_addr", "si_addr_lsb", "si_lower", "si_upper", "si_pkey", "si_band", "si_fd",
      "si_call_addr", "si_syscall", "si_arch", "sa_handler", "sa_sigaction", "st_atime", "st_mtime",
      "st_ctime", "sigev_notify_function", "sigev_notify_attributes", "s_addr",
      // Names of generated code.
      "api", "palatine", "program", "context", "ptrdiff_t", "size_t", "int8_t", "int16_t", "int32_t",
      "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "intptr_t", "uintptr_t"};
  return kWords.contains(name);
}

bool NameScopes::is_taken(const std::string& name) const {
  for (const std::set<std::string>& scope : scopes_) {
    if (scope.contains(name)) return true;
  }
  return is_reserved_word(name);
}

std::string NameScopes::choose(std::string_view wanted) const {
  const std::string base = identifier(wanted);
  std::string name = base;
  for (int suffix = 2; is_taken(name); ++suffix) name = base + "_" + std::to_string(suffix);
  return name;
}

std::string NameScopes::declare(std::string_view wanted) {
  std::string name = choose(wanted);
  reserve(name);
  return name;
}

std::string NameScopes::declare_global(std::string_view wanted) {
  std::string name = choose(wanted);
  scopes_.front().insert(name);
  return name;
}

}  // namespace palatine::codegen
