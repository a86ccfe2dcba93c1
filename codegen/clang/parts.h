// A module as parts that are optimized and compiled side by side.
//
// Each function that somebody finds by its name or address, such as a task's entry, belongs to one part. What
// these call is in every part that calls it, so that nothing is inlined that would not be otherwise, nor
// less. Variables belong to the first part; the others see the values of constants.
#pragma once

#include <map>
#include <set>
#include <string>

namespace llvm {
class Module;
}

namespace palatine::codegen {

class ModuleParts {
 public:
  // Divides a module as Clang makes it, before it is optimized: what parts have in common gets names that end
  // in `suffix`, hidden from other objects. How it is divided follows from the module alone.
  ModuleParts(llvm::Module& module, const std::string& suffix);

  // 1: the module has not been changed.
  int count() const { return count_; }
  // Leaves only what part `part` needs in the module, or in a copy of it, whose functions need not be read
  // yet.
  void keep(llvm::Module& module, int part) const;

 private:
  void assign(llvm::Module& module);
  static void share(llvm::Module& module, const std::string& suffix);

  int count_ = 1;
  std::map<std::string, int> owner_;  // of functions
  // Functions that other parts call, too.
  std::set<std::string> called_;
};

}  // namespace palatine::codegen
