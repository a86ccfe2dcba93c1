// A list of types.
#pragma once

namespace camp {

template <typename... T>
struct list {
  using type = list;
};

}  // namespace camp
