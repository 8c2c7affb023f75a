// SPDX-License-Identifier: Apache-2.0
// Memory for snapshots, in huge pages where the system has them. To be given a
// page, touched for the first time, takes several times as long as to fill it:
// blocks that are no longer used are kept for the next ones, where the system may
// take their pages back when it needs them.

#pragma once

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

namespace berus {

class StateBlocks {
  public:
    StateBlocks() = default;
    ~StateBlocks() {
        for (void* const block : spare_) std::free(block);
    }
    StateBlocks(const StateBlocks&) = delete;
    StateBlocks& operator=(const StateBlocks&) = delete;

    // Bytes of the block that take() gives.
    static size_t rounded(size_t bytes) { return bytes <= unit ? unit : (bytes + unit - 1) / unit * unit; }

    void* take(size_t bytes) {
        const size_t size = rounded(bytes);
        if (size == unit && !spare_.empty()) {
            void* const block = spare_.back();
            spare_.pop_back();
            return block;
        }
        void* const block = std::aligned_alloc(unit, size);
        if (block == nullptr) throw std::bad_alloc();
#if defined(__linux__)
        madvise(block, size, MADV_HUGEPAGE);
#endif
        return block;
    }

    void give(void* block, size_t size) {
        if (size != unit || spare_.size() == mostSpare) {
            std::free(block);
            return;
        }
#if defined(__linux__) && defined(MADV_FREE)
        madvise(block, size, MADV_FREE);
#endif
        spare_.push_back(block);
    }

  private:
    // A huge page of the usual processors.
    static constexpr size_t unit = size_t{1} << 21;
    static constexpr size_t mostSpare = 32;
    std::vector<void*> spare_;
};

}  // namespace berus
