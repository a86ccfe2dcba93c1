// C++ identifiers for names of the language.
//
// A name stays as it is where it can; one that C++ or a visible name already uses gets a suffix, so that a
// debugger shows variables under the names that the program gave them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace palatine::codegen {

// Every character that C++ does not allow becomes `_`; an empty or numeric start gets a letter.
std::string identifier(std::string_view name);

// Keywords of C++, macros that the common C headers define, and names that generated code itself uses.
bool is_reserved_word(std::string_view name);

// Hands out names that differ from all names visible in the scope. Scopes nest; names of closed scopes are
// free again.
class NameScopes {
 public:
  NameScopes() : scopes_(1) {}

  void open() { scopes_.emplace_back(); }
  void close() { scopes_.pop_back(); }

  // Marks a name as taken in the innermost scope.
  void reserve(std::string name) { scopes_.back().insert(std::move(name)); }
  // `wanted`, or `wanted_2`, `wanted_3` ...; the result is taken in the innermost scope.
  std::string declare(std::string_view wanted);
  // Likewise, but taken in the outermost scope.
  std::string declare_global(std::string_view wanted);

 private:
  std::string choose(std::string_view wanted) const;
  bool is_taken(const std::string& name) const;
  std::vector<std::set<std::string>> scopes_;
};

}  // namespace palatine::codegen
