// Headers as bytes, for the disk cache.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "frontend/base/disk_cache.h"
#include "frontend/cimport/cimport.h"

namespace palatine::cimport {

// The stamps are those of `header.dependencies`.
std::string serialize(const Header& header, const std::vector<FileStamp>& stamps);

// Null when the bytes are damaged or some file is no longer as it was. `source_text` and the arguments are
// not kept: they are the key.
std::shared_ptr<Header> deserialize(std::string_view bytes);

}  // namespace palatine::cimport
