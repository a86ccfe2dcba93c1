// Types with other variables in the place of some: what a signature or a field space means for its arguments.
#pragma once

#include <map>

#include "sema/types/types.h"

namespace palatine::sema {

struct Substitution {
  std::map<const Symbol*, const Symbol*> symbols;
  // Handle types that stand for other ones.
  std::map<const Type*, const Type*> handles;

  const Symbol* of(const Symbol* symbol) const {
    auto it = symbols.find(symbol);
    return it == symbols.end() ? symbol : it->second;
  }
};

// The type itself when nothing in it changes. A region or partition type that mentions a replaced variable,
// and is not in `handles`, becomes a new type.
const Type* substitute(TypeTable& types, const Type* type, const Substitution& substitution);

}  // namespace palatine::sema
