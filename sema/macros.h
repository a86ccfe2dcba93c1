// Macros: Lua functions that check calls.
#pragma once

#include "sema/specialize/world.h"

struct lua_State;

namespace palatine::sema {

// Adds the functions that std modules use for macros to the table on top of the stack, `__palatine`: `reject`
// and `constant_of`.
void add_macro_functions(lua_State* lua);

// Implements MacroExpander on a world. What the Lua function raises is reported at the call.
class LuaMacroExpander : public MacroExpander {
 public:
  explicit LuaMacroExpander(World& world) : world_(world) {}
  Value expand(const MacroValue& macro, std::vector<std::shared_ptr<Quote>> arguments,
               SourceRange where) override;
  Value find_member(const StructType& type, const char* table, const std::string& name) override;
  const ir::Function* function_of_c(const CFunctionValue& function) override;
  void check_pending(const ir::Function& function) override;
  std::vector<const ir::Function*> find_metamethods(const Type* type, const std::string& name) override;
  std::optional<ir::Packing> packing_of(const Type* type) override;
  std::shared_ptr<Quote> user_cast(const Type* from, const Type* to, std::shared_ptr<Quote> value) override;

 private:
  World& world_;
};

}  // namespace palatine::sema
