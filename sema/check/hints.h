// What may have been meant, as notes of errors: told from the words of the program alone.
#pragma once

#include <string>

#include "frontend/diag/diag.h"

namespace palatine::sema {

// For an expression in the place of a type that is no type.
void hint_type(Diagnostics::Builder& builder, const Diagnostics& diags, SourceRange type);

// For a name that is not known at `use`: where a task, function or struct of this name is defined further
// down. False when there is none.
bool hint_defined_later(Diagnostics::Builder& builder, const Diagnostics& diags, const std::string& name,
                        SourceRange use);

}  // namespace palatine::sema
