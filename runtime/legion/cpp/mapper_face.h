// How mappers see tasks of C++ programs (runtime/legion/mapper/cpp_face.h).
#pragma once

#include "runtime/legion/mapper/cpp_face.h"

namespace Legion::Internal {

const palatine::legion::CppFace& mapper_face();

}  // namespace Legion::Internal
