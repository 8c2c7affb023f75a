// SPDX-License-Identifier: Apache-2.0
// A tap's 64 bits of eight images meet the same 64 bits of weights: one
// instruction adds eight distances for each image, and no sum ever crosses
// lanes. PIXELS x filters of one run are in registers together.

#include "integer-sums.h"

#include <algorithm>

#include "integer-register.h"

namespace berus::codes {

namespace {

// Output pixels of a row whose sums are in registers together.
constexpr int PIXELS = REGISTER == 64 ? 4 : 2;

BERUS_INLINE Lanes load(const char* from) { return *reinterpret_cast<const Lanes*>(from); }
BERUS_INLINE void store(char* to, Lanes value) { *reinterpret_cast<Lanes*>(to) = value; }

// Adds one block of each of P pixels and F filters.
template <Cell CELL, int P, int F>
BERUS_INLINE void add_block(Lanes (&sums)[P][F], Lanes (&x)[P], const std::uint64_t* w) {
    constexpr bool bytes = CELL == Cell::byte_adder || CELL == Cell::byte_adder_masked;
    constexpr bool masked = CELL == Cell::byte_adder_masked || CELL == Cell::word_adder_masked;
    if constexpr (CELL == Cell::byte_multiply) {
        // Every second byte as a word; then the others.
        for (int odd = 0; odd < 2; ++odd) {
            Lanes words[P];
            for (int p = 0; p < P; ++p) words[p] = odd ? Lanes(Words(x[p]) >> 8) : x[p] & 0x00ff00ff00ff00ff;
            for (int f = 0; f < F; ++f) {
                const Lanes weight = splat(w[2 * f + odd]);
                for (int p = 0; p < P; ++p) sums[p][f] = Lanes(Halves(sums[p][f]) + word_products(words[p], weight));
            }
        }
    } else {
        if constexpr (masked) {
            const Lanes mask = splat(*w++);
            for (int p = 0; p < P; ++p) x[p] &= mask;
        }
        if constexpr (CELL == Cell::word_multiply) {
            for (int p = 0; p < P; ++p) x[p] ^= 0x8000800080008000;
        }
        for (int f = 0; f < F; ++f) {
            const Lanes weight = splat(w[f]);
            for (int p = 0; p < P; ++p) {
                if constexpr (bytes) {
                    sums[p][f] = add_byte_distances(sums[p][f], x[p], weight);
                } else if constexpr (CELL == Cell::word_multiply) {
                    sums[p][f] = Lanes(Halves(sums[p][f]) + word_products(x[p], weight));
                } else {
                    sums[p][f] = Lanes(Halves(sums[p][f]) + word_distances(x[p], weight));
                }
            }
        }
    }
}

// 64-bit weights of one block of F filters.
template <Cell CELL, int F>
constexpr int block_weights() {
    return CELL == Cell::byte_multiply ? 2 * F : F + (CELL == Cell::byte_adder_masked || CELL == Cell::word_adder_masked);
}

// Adds the blocks from `begin` to `end` of a window.
template <Cell CELL, int P, int F>
BERUS_INLINE void add_blocks(const Plan& plan, const Run& run, const char* x, std::size_t begin, std::size_t end,
                             Lanes (&sums)[P][F]) {
    constexpr int stride = block_weights<CELL, F>();
    const std::uint64_t* w = plan.weights.data() + run.weights + begin * stride;
    const std::size_t* distances = plan.windows[run.group].data();
    const std::size_t step = plan.column_step;
    for (std::size_t i = begin; i < end; ++i, w += stride) {
        const char* from = x + distances[i];
        Lanes values[P];
        for (int p = 0; p < P; ++p) values[p] = load(from + p * step);
        add_block<CELL, P, F>(sums, values, w);
    }
}

// Blocks of bytes whose sums, up to 8 x 255 each, fit 16 bits.
constexpr std::size_t BURST = 65535 / (8 * 255);

// Sums of one run's filters for P pixels, in the lower halves of the lanes.
template <Cell CELL, int P, int F>
BERUS_INLINE void add_window(const Plan& plan, const Run& run, const char* x, Lanes (&sums)[P][F]) {
    constexpr bool bytes = CELL == Cell::byte_adder || CELL == Cell::byte_adder_masked;
    const FilterFold* folds = plan.folds.data() + run.first;
    const std::size_t blocks = plan.windows[run.group].size();
    for (int p = 0; p < P; ++p)
        for (int f = 0; f < F; ++f) sums[p][f] = bytes ? Lanes{} : splat(folds[f].start);
    add_blocks<CELL, P, F>(plan, run, x, 0, bytes ? std::min(blocks, BURST) : blocks, sums);
    if constexpr (bytes) {
        if (blocks <= BURST) return;
        Lanes whole[P][F] = {};
        for (std::size_t begin = BURST; begin < blocks; begin += BURST) {
            for (int p = 0; p < P; ++p)
                for (int f = 0; f < F; ++f) whole[p][f] += sums[p][f], sums[p][f] = Lanes{};
            add_blocks<CELL, P, F>(plan, run, x, begin, std::min(blocks, begin + BURST), sums);
        }
        for (int p = 0; p < P; ++p)
            for (int f = 0; f < F; ++f) sums[p][f] += whole[p][f];
    } else {
        for (int p = 0; p < P; ++p)
            for (int f = 0; f < F; ++f) sums[p][f] += sums[p][f] >> 32;
    }
}

// What all runs of a row of pixels share.
struct Row {
    const Plan& plan;
    const char* input;  // window of the row's first pixel
    const char* shortcut;
    std::size_t shortcut_step;
    int code_bits;
};

// Codes of F filters for P pixels, each in its place of the block's lane.
template <int P, int F, bool SHORTCUT, bool NARROW>
__attribute__((noinline)) void fold_sums(const Row& row, const Run& run, const Lanes (&sums)[P][F], const char* shortcut,
                                         Lanes (&codes)[P]) {
    const Plan& plan = row.plan;
    const FilterFold* folds = plan.folds.data() + run.first;
    const SignedLanes low = SignedLanes(splat(plan.low)), high = SignedLanes(splat(plan.high));
    Lanes own[P] = {};
    for (int f = F - 1; f >= 0; --f) {
        const FilterFold& fold = folds[f];
        const Lanes mul = splat(fold.mul), add = splat(fold.add), shift = splat(fold.shift);
        for (int p = 0; p < P; ++p) {
            SignedLanes value = product(sums[p][f], mul) + SignedLanes(add);
            if constexpr (SHORTCUT) {
                const Lanes block = load(shortcut + p * row.shortcut_step + fold.shortcut_block);
                const Lanes code = (block >> splat(fold.shortcut_place)) & splat(plan.shortcut_mask);
                value += product(code, splat(fold.shortcut_mul));
            }
            value >>= SignedLanes(shift);
            const Lanes code = NARROW ? clamp_halves(value, low, high) : Lanes(clamp(value, low, high));
            own[p] = (own[p] << splat(row.code_bits)) | code;
        }
    }
    for (int p = 0; p < P; ++p) codes[p] |= own[p] << splat(run.place);
}

// The same from the input on.
template <Cell CELL, int P, int F>
BERUS_INLINE void run_filters(const Row& row, const Run& run, const char* x, const char* shortcut, Lanes (&codes)[P]) {
    Lanes registers[P][F];
    add_window<CELL, P, F>(row.plan, run, x, registers);
    // Another array, because what a call may look at is not kept in registers before it either.
    Lanes sums[P][F];
    for (int p = 0; p < P; ++p)
        for (int f = 0; f < F; ++f) sums[p][f] = registers[p][f];
    const bool narrow = row.plan.narrow;
    if (shortcut == nullptr) {
        (narrow ? fold_sums<P, F, false, true> : fold_sums<P, F, false, false>)(row, run, sums, shortcut, codes);
    } else {
        (narrow ? fold_sums<P, F, true, true> : fold_sums<P, F, true, false>)(row, run, sums, shortcut, codes);
    }
}

// P pixels of all filters.
template <Cell CELL, int P>
void run_pixels(const Row& row, int column, const Store& output, char* out) {
    const Plan& plan = row.plan;
    for (std::size_t part = 0; part < VECTOR; part += REGISTER) {
        const char* x = row.input + column * plan.column_step + part;
        const char* shortcut = row.shortcut == nullptr ? nullptr : row.shortcut + column * row.shortcut_step + part;
        char* to = out + part;
        for (std::size_t i = 0; i < plan.runs.size(); to += VECTOR) {
            Lanes codes[P] = {};
            do {
                const Run& run = plan.runs[i];
                if (run.filters == 4) {
                    run_filters<CELL, P, 4>(row, run, x, shortcut, codes);
                } else if (run.filters == 2) {
                    run_filters<CELL, P, 2>(row, run, x, shortcut, codes);
                } else {
                    run_filters<CELL, P, 1>(row, run, x, shortcut, codes);
                }
            } while (++i < plan.runs.size() && plan.runs[i].place != 0);
            for (int p = 0; p < P; ++p) store(to + p * output.pixel(), codes[p]);
        }
    }
}

template <Cell CELL>
void run_row(const Row& row, const Store& output, char* out) {
    int column = 0;
    for (; column + PIXELS <= output.shape.width; column += PIXELS) {
        run_pixels<CELL, PIXELS>(row, column, output, out + column * output.pixel());
    }
    if constexpr (PIXELS > 2) {
        if (column + 2 <= output.shape.width) {
            run_pixels<CELL, 2>(row, column, output, out + column * output.pixel());
            column += 2;
        }
    }
    for (; column < output.shape.width; ++column) {
        run_pixels<CELL, 1>(row, column, output, out + column * output.pixel());
    }
}

using RunRow = void (*)(const Row&, const Store&, char*);

RunRow row_runner(Cell cell) {
    switch (cell) {
        case Cell::byte_adder: return run_row<Cell::byte_adder>;
        case Cell::byte_adder_masked: return run_row<Cell::byte_adder_masked>;
        case Cell::byte_multiply: return run_row<Cell::byte_multiply>;
        case Cell::word_adder: return run_row<Cell::word_adder>;
        case Cell::word_adder_masked: return run_row<Cell::word_adder_masked>;
        default: return run_row<Cell::word_multiply>;
    }
}

}  // namespace

void compute_map(const Plan& plan, const char* input, const Store* shortcut_store, const char* shortcut,
                 const Store& output, char* memory) {
    const RunRow run = row_runner(plan.cell);
    for (int y = 0; y < output.shape.height; ++y) {
        Row row{plan, input + plan.input_first + y * plan.row_step, nullptr, 0, 8 * output.unit()};
        if (shortcut_store != nullptr) {
            row.shortcut = shortcut + shortcut_store->first() + y * shortcut_store->row();
            row.shortcut_step = shortcut_store->pixel();
        }
        run(row, output, memory + output.first() + y * output.row());
    }
}

}  // namespace berus::codes
