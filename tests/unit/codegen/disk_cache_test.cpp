#include "frontend/base/disk_cache.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "frontend/base/content_hash.h"

namespace palatine {
namespace {

namespace fs = std::filesystem;

std::string key(int n) {
  return ContentHash().add(std::to_string(n)).hex();
}

class DiskCacheTest : public testing::Test {
 protected:
  DiskCacheTest() {
    std::string name = (fs::temp_directory_path() / "palatine-cache-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~DiskCacheTest() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST(ContentHashTest, WhereTextsEndCounts) {
  EXPECT_NE(ContentHash().add("ab").add("c").hex(), ContentHash().add("a").add("bc").hex());
  EXPECT_EQ(ContentHash().add("ab").hex(), ContentHash().add("ab").hex());
  EXPECT_EQ(ContentHash().hex().size(), 32u);
}

TEST_F(DiskCacheTest, KeepsWhatWasWritten) {
  // The folder is made when it is needed.
  DiskCache cache((folder_ / "a" / "b").string());
  EXPECT_FALSE(cache.read(key(1), "o"));
  std::string content("\0binary\n", 8);
  ASSERT_TRUE(cache.write(key(1), "o", content));
  EXPECT_EQ(cache.read(key(1), "o"), content);
  EXPECT_TRUE(cache.contains(key(1), "o"));
  EXPECT_FALSE(cache.contains(key(1), "exe"));
  ASSERT_TRUE(cache.write(key(1), "o", "other"));
  EXPECT_EQ(cache.read(key(1), "o"), "other");
  EXPECT_EQ(cache.usage().entry_count, 1u);
  EXPECT_EQ(cache.usage().size_bytes, 5u);
}

TEST_F(DiskCacheTest, WithoutAFolderHoldsNothing) {
  DiskCache cache("");
  EXPECT_FALSE(cache.write(key(1), "o", "text"));
  EXPECT_FALSE(cache.read(key(1), "o"));
  EXPECT_EQ(cache.usage().entry_count, 0u);
}

TEST_F(DiskCacheTest, AnUnusableFolderIsNoError) {
  fs::path file = folder_ / "file";
  std::ofstream(file) << "not a folder";
  DiskCache cache((file / "cache").string());
  EXPECT_FALSE(cache.write(key(1), "o", "text"));
  EXPECT_FALSE(cache.read(key(1), "o"));
}

TEST_F(DiskCacheTest, EvictsWhatWasUnusedForLongest) {
  DiskCache cache(folder_.string());
  auto now = fs::file_time_type::clock::now();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(cache.write(key(i), "o", std::string(100, 'x')));
    fs::last_write_time(cache.path(key(i), "o"), now - std::chrono::hours(10 - i));
  }
  cache.touch(cache.path(key(0), "o"));
  cache.evict_beyond(250);
  EXPECT_TRUE(cache.contains(key(0), "o"));
  EXPECT_FALSE(cache.contains(key(1), "o"));
  EXPECT_FALSE(cache.contains(key(2), "o"));
  EXPECT_TRUE(cache.contains(key(3), "o"));
}

TEST_F(DiskCacheTest, ClearLeavesOtherFilesAlone) {
  DiskCache cache(folder_.string());
  std::ofstream(folder_ / "precious.o") << "mine";
  ASSERT_TRUE(cache.write(key(1), "header", "text"));
  cache.clear();
  EXPECT_FALSE(cache.contains(key(1), "header"));
  EXPECT_TRUE(fs::exists(folder_ / "precious.o"));
}

TEST_F(DiskCacheTest, StampsTellChanges) {
  std::string path = (folder_ / "file").string();
  EXPECT_FALSE(stamp_file(path));
  std::ofstream(path) << "one";
  FileStamp stamp = *stamp_file(path);
  EXPECT_TRUE(is_current(stamp));
  std::ofstream(path) << "three";
  EXPECT_FALSE(is_current(stamp));
}

}  // namespace
}  // namespace palatine
