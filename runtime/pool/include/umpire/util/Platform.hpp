#pragma once

#include "../../camp/resource/platform.hpp"

namespace umpire {
using Platform = camp::resources::Platform;
}  // namespace umpire
