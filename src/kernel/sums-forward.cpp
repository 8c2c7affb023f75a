// SPDX-License-Identifier: Apache-2.0
// Filters are taken in blocks, whose weights are first laid side by side, tap by
// tap; narrow blocks take several pixels at once, so that enough independent
// sums are under way.

#include "cells.h"
#include "scratch.h"
#include "sums.h"

namespace berus {

namespace {

// Pixels that a block of F filters takes at once.
constexpr int pixels_at_once(int filters) {
    if (MANY_REGISTERS) return filters > 10 ? 1 : filters > 6 ? 2 : filters > 4 ? 3 : filters > 2 ? 4 : 8;
    return filters > 4 ? 1 : filters > 2 ? 2 : filters > 1 ? 4 : 6;
}

// Widest block of filters, of those that there are, for what is left.
int block_of(int filters, int widest) {
    for (const int size : {16, 10, 8, 6, 4, 2}) {
        if (size <= std::min(filters, widest) && (MANY_REGISTERS || (size <= 8 && size != 6))) return size;
    }
    return 1;
}

// The weights of one block of filters.
struct Block {
    int first, size;
    std::size_t weights;  // where its weights begin: [tap][filter of the block]
    std::size_t sums;     // and the sums of each filter's weights
};

struct Packed {
    std::vector<Block> blocks;
    float* weights;
};

Packed pack(Pool& pool, const Dims& d, const float* weights, bool sums, int widest) {
    Packed packed;
    const std::size_t taps = d.taps();
    std::size_t end = 0;
    for (int group = 0; group < d.groups; ++group) {
        for (int in_group = 0, size; in_group < d.group_filters(); in_group += size) {
            size = block_of(d.group_filters() - in_group, widest);
            packed.blocks.push_back({group * d.group_filters() + in_group, size, end, end + taps * size});
            end += (taps + 1) * size;
        }
    }
    packed.weights = scratch<Packed>(end);
    pool.run(int(packed.blocks.size()), [&](int index) {
        const Block& block = packed.blocks[index];
        const float* own = weights + block.first * taps;
        float* to = packed.weights + block.weights;
        double totals[Adder::widest] = {};
        for (std::size_t tap = 0; tap < taps; ++tap) {
            for (int f = 0; f < block.size; ++f) {
                const float weight = own[f * taps + tap];
                *to++ = weight;
                if (sums) totals[f] += static_cast<double>(weight);
            }
        }
        for (int f = 0; f < block.size; ++f) *to++ = static_cast<float>(totals[f]);
    });
    return packed;
}

struct Row {
    const Dims& d;
    const FloatVector* windows;  // of the first pixel and the block's group
    const std::int32_t* offsets;
    const float* weights;
    const float* weight_sums;
    FloatVector* y;  // of the first pixel and the block's first filter

    template <class Cell, int F, int P>
    BERUS_INLINE void pixels(const Cell& cell, int column) const {
        const std::size_t step = std::size_t(d.stride) * d.channels * PARTS;
        const std::size_t taps = d.taps();
        for (int part = 0; part < PARTS; ++part) {
            const FloatVector* x = windows + column * step + part;
            FloatVector sums[P][F] = {};
            FloatVector inputs[P] = {};
            const float* w = weights;
            for (std::size_t tap = 0; tap < taps; ++tap, w += F) {
                for (int p = 0; p < P; ++p) {
                    const FloatVector value = x[offsets[tap] + p * step];
                    if (Cell::sums_inputs) inputs[p] = inputs[p] + value;
                    for (int f = 0; f < F; ++f) sums[p][f] = cell.add(sums[p][f], value, w[f]);
                }
            }
            for (int p = 0; p < P; ++p)
                for (int f = 0; f < F; ++f)
                    y[(std::size_t(column + p) * d.filters + f) * PARTS + part] =
                        cell.finish(sums[p][f], inputs[p], weight_sums[f]);
        }
    }

    template <int F, class Cell>
    BERUS_INLINE void all(const Cell& cell) const {
        constexpr int P = pixels_at_once(F);
        int column = 0;
        for (; column + P <= d.width; column += P) pixels<Cell, F, P>(cell, column);
        if constexpr (P > 1) {
            for (; column < d.width; ++column) pixels<Cell, F, 1>(cell, column);
        }
    }

    template <class Cell>
    void run(const Cell& cell, int filters) const {
        switch (filters) {
            case 1: return all<1>(cell);
            case 2: return all<2>(cell);
            case 4: return all<4>(cell);
        }
        if constexpr (Cell::widest >= 8) {
            if (filters == 8) return all<8>(cell);
        }
        if constexpr (MANY_REGISTERS && Cell::widest >= 16) {
            switch (filters) {
                case 6: return all<6>(cell);
                case 10: return all<10>(cell);
                case 16: return all<16>(cell);
            }
        }
    }
};

}  // namespace

void sums_forward(Pool& pool, const Dims& d, float power, const float* x, const float* weights, float* y) {
    const std::vector<std::int32_t> offsets = d.tap_offsets();
    const int bands = bands_of(d.chunks, d.height, pool.threads());
    with_cell(power, [&](const auto& cell) {
        const Packed packed = pack(pool, d, weights, cell.sums_inputs, cell.widest);
        pool.run(d.chunks * bands, [&](int task) {
            const Band band = band_of(task, bands, d.height);
            const FloatVector* input = reinterpret_cast<const FloatVector*>(x) + band.chunk * d.input_size() * PARTS;
            FloatVector* output = reinterpret_cast<FloatVector*>(y) + band.chunk * d.convolved_size() * PARTS;
            for (const Block& block : packed.blocks) {
                const int channel = block.first / d.group_filters() * d.depth();
                for (int row = band.begin; row < band.end; ++row) {
                    const Row step{d,
                                   input + (d.window(row, 0) + channel) * PARTS,
                                   offsets.data(),
                                   packed.weights + block.weights,
                                   packed.weights + block.sums,
                                   output + (std::size_t(row) * d.width * d.filters + block.first) * PARTS};
                    step.run(cell, block.size);
                }
            }
        });
    });
}

}  // namespace berus
