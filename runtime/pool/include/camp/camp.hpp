// What programs that use memory pools need of camp.
#pragma once

#include "config.hpp"
#include "list.hpp"
#include "resource.hpp"
