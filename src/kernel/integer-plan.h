// SPDX-License-Identifier: Apache-2.0
// One layer as the loops see it: weights in the order in which they are read,
// distances in bytes, and what each filter starts and ends with.

#ifndef BERUS_KERNEL_INTEGER_PLAN_H
#define BERUS_KERNEL_INTEGER_PLAN_H

#include <cstdint>
#include <vector>

#include "integer-layer.h"
#include "integer-store.h"

namespace berus::codes {

// Filters whose sums are in registers together: 4, 2 or 1 of one group and one block of the output.
constexpr int FILTERS = 4;

struct Run {
    int first, filters;
    int group;
    int place;            // of the first filter's code in its block's 64 bits
    std::size_t weights;  // index of the first
};

// The code of a sum is clamp((sum mul + shortcut shortcut_mul + add) >> shift).
struct FilterFold {
    std::int64_t start;  // what the sum starts with: the constant that the cell's arithmetic needs
    std::int64_t mul, add, shift, shortcut_mul;
    std::size_t shortcut_block;  // distance of the shortcut's block from its pixel, and its code's place there
    int shortcut_place;
};

enum class Cell { byte_adder, byte_adder_masked, byte_multiply, word_adder, word_adder_masked, word_multiply };

struct Plan {
    Cell cell;
    int input, output;             // stores; `output` is the convolved map where the layer pools
    std::size_t input_first;       // of the first window, in the input store
    std::size_t row_step, column_step;
    std::vector<std::vector<std::size_t>> windows;  // of each group, its blocks' distances from the window's first one
    std::vector<Run> runs;                          // by filter
    std::vector<std::uint64_t> weights;
    std::vector<FilterFold> folds;
    std::int64_t low, high;
    bool narrow;  // whether every shifted value fits 32 bits before it is clamped
    int shortcut = -1;          // store, or -1
    std::int64_t shortcut_mask;  // of one code
};

// `input` is store number `index`, with at least the layer's padding around it, or its packed picture.
Plan plan_layer(const Layer& layer, const Store& input, int index, bool packed);

// Says which store is added.
void add_shortcut(Plan& plan, const Store& store, int index);

}  // namespace berus::codes

#endif
