// Kept for programs that include it: this build has no module "hip", so it declares nothing.
#pragma once

#include "realm/module.h"
