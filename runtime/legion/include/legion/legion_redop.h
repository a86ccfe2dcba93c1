// Another name of the reductions.
#pragma once

#include "legion/redop.h"
