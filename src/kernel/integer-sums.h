// SPDX-License-Identifier: Apache-2.0
// Sums, fold and pooling of one layer for one chunk of eight images.

#ifndef BERUS_KERNEL_INTEGER_SUMS_H
#define BERUS_KERNEL_INTEGER_SUMS_H

#include "integer-plan.h"

namespace berus::codes {

// Writes the folded codes of the convolved map's first rows and columns: those of `output`.
// `shortcut` is the first pixel of the map that is added; null without one.
void compute_map(const Plan& plan, const char* input, const Store* shortcut_store, const char* shortcut,
                 const Store& output, char* memory);

// Writes the largest code of every window of `map`, or its average.
void pool_map(const Layer& layer, const Store& map, const char* memory, const Store& output, char* out);

}  // namespace berus::codes

#endif
