// Macros: Lua functions that check calls.
#pragma once

#include "sema/specialize/world.h"

namespace palatine::sema {

// Implements MacroExpander on a world. What the Lua function raises is reported at the call.
class LuaMacroExpander : public MacroExpander {
 public:
  explicit LuaMacroExpander(World& world) : world_(world) {}
  std::shared_ptr<Quote> expand(const MacroValue& macro, std::vector<std::shared_ptr<Quote>> arguments,
                                SourceRange where) override;
  const ir::Function* find_method(const StructType& type, const std::string& name) override;

 private:
  World& world_;
};

}  // namespace palatine::sema
