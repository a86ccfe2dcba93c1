// Kept for programs that include it: the settings are in `realm/realm_config.h`.
#pragma once

#include "realm/realm_config.h"
