// SPDX-License-Identifier: Apache-2.0
// Memory that a thread keeps between calls: fresh pages cost more than the
// smaller layers do.

#ifndef BERUS_KERNEL_SCRATCH_H
#define BERUS_KERNEL_SCRATCH_H

#include <cstddef>
#include <memory>
#include <vector>

#include "lanes.h"

namespace berus {

// Values that a thread keeps for one use, told apart by the type `Use`; what is in them is left over. They begin
// where a register of any width is aligned.
template <class Use>
float* scratch(std::size_t length) {
    static thread_local std::vector<float> memory;
    if (memory.size() < length + LANES) memory.resize(length + LANES);
    void* start = memory.data();
    std::size_t space = memory.size() * sizeof(float);
    return static_cast<float*>(std::align(sizeof(float) * LANES, length * sizeof(float), start, space));
}

}  // namespace berus

#endif
