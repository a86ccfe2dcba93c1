// C's types as types of the language.
#pragma once

#include "sema/specialize/world.h"

namespace palatine::sema {

// Null when the language has no such type (`long double`, `_Complex`).
const Type* convert_c_type(World& world, const cimport::Header& header, const cimport::CType& type);
// The struct of this record; null for a name that is none.
const StructType* convert_c_record(World& world, const cimport::Header& header, const std::string& name);

}  // namespace palatine::sema
