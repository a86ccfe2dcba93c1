// 128-bit hashes of content, for names of cache entries. Not for secrets: collisions can be made on purpose.
#pragma once

#include <string>
#include <string_view>

namespace palatine {

// Hashes a sequence of texts; where one text ends and the next begins counts.
class ContentHash {
 public:
  ContentHash& add(std::string_view text);
  // 32 hexadecimal digits.
  std::string hex() const;

 private:
  std::string bytes_;
};

}  // namespace palatine
