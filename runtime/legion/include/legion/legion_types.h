// The former name of the header with the types.
#pragma once

#include "legion/types.h"
