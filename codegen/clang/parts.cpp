#include "codegen/clang/parts.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <vector>

namespace palatine::codegen {

namespace {

// Below it, what is done twice costs more than the second core gains.
constexpr size_t kInstructionsPerPart = 30000;
constexpr int kMaxParts = 4;

using Functions = llvm::SmallPtrSet<const llvm::Function*, 16>;

// One copy of it is enough, and anybody may have another.
bool is_copied(const llvm::GlobalValue& value) {
  return value.hasLinkOnceLinkage() || value.hasAvailableExternallyLinkage();
}

bool belongs_to_a_part(const llvm::Function& function) {
  if (function.isDeclaration() || is_copied(function)) return false;
  return !function.hasLocalLinkage() || function.hasAddressTaken();
}

// A value that nobody tells from a copy of it.
bool is_literal(const llvm::GlobalVariable& variable) {
  return variable.isConstant() && variable.hasPrivateLinkage() && variable.hasGlobalUnnamedAddr();
}

bool can_be_divided(const llvm::Module& module) {
  if (!module.alias_empty() || !module.ifunc_empty()) return false;
  const auto is_odd = [](const llvm::GlobalObject& value) {
    return value.hasLocalLinkage() && value.hasComdat();
  };
  for (const llvm::GlobalVariable& variable : module.globals()) {
    if (is_odd(variable)) return false;
  }
  return std::ranges::none_of(module, [&](const llvm::Function& function) {
    return is_odd(function) || std::ranges::any_of(function, [](const llvm::BasicBlock& block) {
             return block.hasAddressTaken();
           });
  });
}

// The function and what it calls, as far as no part owns that.
void add_reached(const llvm::Function& function, Functions& reached) {
  std::vector<const llvm::Function*> left{&function};
  while (!left.empty()) {
    const llvm::Function& next = *left.back();
    left.pop_back();
    if (!reached.insert(&next).second) continue;
    for (const llvm::BasicBlock& block : next) {
      for (const llvm::Instruction& instruction : block) {
        const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
        const llvm::Function* callee = call ? call->getCalledFunction() : nullptr;
        if (callee && !callee->isDeclaration() && !belongs_to_a_part(*callee)) left.push_back(callee);
      }
    }
  }
}

void make_visible(llvm::GlobalValue& value, const std::string& suffix) {
  value.setName(value.getName() + "." + suffix);
  value.setLinkage(llvm::GlobalValue::ExternalLinkage);
  value.setVisibility(llvm::GlobalValue::HiddenVisibility);
  value.setDSOLocal(true);
}

}  // namespace

ModuleParts::ModuleParts(llvm::Module& module, const std::string& suffix) {
  size_t instruction_count = 0;
  for (const llvm::Function& function : module) instruction_count += function.getInstructionCount();
  count_ = static_cast<int>(std::clamp<size_t>(instruction_count / kInstructionsPerPart, 1, kMaxParts));
  if (count_ == 1 || !can_be_divided(module)) {
    count_ = 1;
    return;
  }
  share(module, suffix);
  assign(module);
}

void ModuleParts::share(llvm::Module& module, const std::string& suffix) {
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (variable.hasLocalLinkage() && !is_literal(variable)) make_visible(variable, suffix);
  }
  for (llvm::Function& function : module) {
    if (function.hasLocalLinkage() && belongs_to_a_part(function)) make_visible(function, suffix);
  }
}

// The largest first, each to the part that is then the smallest.
void ModuleParts::assign(llvm::Module& module) {
  struct Owned {
    const llvm::Function* function;
    size_t number;
    Functions reached;
    size_t size = 0;
  };
  std::vector<Owned> all;
  for (const llvm::Function& function : module) {
    if (!belongs_to_a_part(function)) continue;
    Owned& owned = all.emplace_back();
    owned.function = &function;
    owned.number = all.size();
    add_reached(function, owned.reached);
    for (const llvm::Function* reached : owned.reached) owned.size += reached->getInstructionCount();
    const bool is_called = llvm::any_of(function.uses(), [](const llvm::Use& use) {
      const auto* call = llvm::dyn_cast<llvm::CallBase>(use.getUser());
      return call && call->isCallee(&use);
    });
    if (is_called && !function.isInterposable()) called_.insert(function.getName().str());
  }
  std::ranges::sort(all, [](const Owned& a, const Owned& b) {
    return std::pair(b.size, a.number) < std::pair(a.size, b.number);
  });
  std::vector<size_t> loads(static_cast<size_t>(count_));
  std::vector<Functions> contents(static_cast<size_t>(count_));
  for (const Owned& owned : all) {
    const auto with_it = [&](size_t part) {
      size_t load = loads[part];
      for (const llvm::Function* reached : owned.reached) {
        if (!contents[part].contains(reached)) load += reached->getInstructionCount();
      }
      return load;
    };
    size_t best = 0;
    for (size_t part = 1; part < loads.size(); ++part) {
      if (with_it(part) < with_it(best)) best = part;
    }
    loads[best] = with_it(best);
    contents[best].insert(owned.reached.begin(), owned.reached.end());
    owner_[owned.function->getName().str()] = static_cast<int>(best);
  }
}

void ModuleParts::keep(llvm::Module& module, int part) const {
  for (llvm::Function& function : module) {
    const auto owner = owner_.find(function.getName().str());
    if (owner == owner_.end() || owner->second == part) continue;
    if (called_.contains(owner->first)) {
      function.setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
    } else {
      function.deleteBody();
      function.clearMetadata();
    }
    function.setComdat(nullptr);
  }
  if (part == 0) return;
  module.setModuleInlineAsm("");
  for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(module.globals())) {
    if (variable.isDeclaration() || variable.hasLocalLinkage() || is_copied(variable)) continue;
    if (variable.hasAppendingLinkage()) {
      variable.eraseFromParent();
      continue;
    }
    variable.setComdat(nullptr);
    if (variable.isConstant() && !variable.isInterposable()) {
      variable.setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
    } else {
      variable.setInitializer(nullptr);
      variable.setLinkage(llvm::GlobalValue::ExternalLinkage);
    }
  }
}

}  // namespace palatine::codegen
