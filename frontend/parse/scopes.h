// The lexical scopes of a file: Lua locals and the bindings of constructs, nested in one another.
//
//   Lua blocks ─ construct ─ its scopes ─ escape ─ Lua blocks ─ construct ...
//
// A name inside a construct is one of its bindings, or a capture. Lua code inside a construct that mentions
// one of the construct's bindings gets it as a parameter of its escape, from where everything further inside
// sees a Lua local.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "frontend/ast/ast.h"

namespace palatine::parse {

class Scopes {
 public:
  // Opens a scope, a construct or an escape, and closes it at the end of the C++ scope.
  class Scope {
   public:
    explicit Scope(Scopes& scopes) : scopes_(scopes) { scopes_.open(Kind::block, nullptr, {}); }
    Scope(Scopes& scopes, ast::Construct& construct) : scopes_(scopes) {
      scopes_.open(Kind::construct, &construct, {});
    }
    Scope(Scopes& scopes, ast::EscapeId escape) : scopes_(scopes) {
      scopes_.open(Kind::escape, nullptr, escape);
    }
    ~Scope() { scopes_.close(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Scopes& scopes_;
  };

  void declare_local(std::string_view name);
  // The name becomes visible as `binding` of the innermost construct.
  void declare_binding(std::string_view name, ast::BindingId binding);
  // The binding of this name that was declared in the innermost scope itself; invalid when there is none.
  ast::BindingId binding_in_this_scope(std::string_view name) const;

  // A name in Lua code: tells the escapes around it which bindings they mention. True for a visible Lua local
  // (a binding is one, inside an escape).
  bool use_in_lua(std::string_view name);
  // A name in a construct: the binding or capture it means.
  ast::NameUse use_in_construct(std::string_view name, SourceRange range);

 private:
  enum class Kind : uint8_t { block, construct, escape };
  struct Level {
    Kind kind;
    ast::Construct* construct;  // construct
    ast::EscapeId escape;       // escape
    size_t first_entry;
  };
  struct Entry {
    std::string name;
    ast::BindingId binding;  // invalid for a Lua local
    size_t shadowed;         // the entry of this name further out, or kNone
  };
  static constexpr size_t kNone = SIZE_MAX;

  void open(Kind kind, ast::Construct* construct, ast::EscapeId escape);
  void close();
  void declare(std::string_view name, ast::BindingId binding);
  // The innermost entry of the name, or kNone. When it is a binding of a construct around the innermost
  // escape, that construct's escape gets it as a parameter.
  size_t use(std::string_view name);

  std::vector<Level> levels_;
  // Indices into levels_ of the constructs and escapes only.
  std::vector<size_t> borders_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> innermost_;
};

}  // namespace palatine::parse
