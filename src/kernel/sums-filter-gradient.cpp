// SPDX-License-Identifier: Apache-2.0
// Sums of a tile, some filters by some taps, stay in registers over a run of
// pixels that is short enough for all tiles to find both maps in the nearest
// cache, and in memory in between.

#include "cells.h"
#include "scratch.h"
#include "sums.h"

namespace berus {

namespace {

// Filters and taps of a tile.
constexpr int FILTERS = MANY_REGISTERS ? 4 : 2;
constexpr int TAPS = MANY_REGISTERS ? 6 : 4;
// Bytes of both maps that all tiles of a task go over before the next pixels.
constexpr std::size_t NEAR = 64 * 1024;
// Filters of a task, in tiles.
constexpr int TASK = 16;

// Pixels of one row of the convolved map.
struct Run {
    const FloatVector* x;  // what the first tap of the task's group reads at the first pixel
    const FloatVector* dy;  // of the first pixel and the task's first filter
    int pixels;
    std::size_t x_step, dy_step;  // from pixel to pixel
};

// Adds the sums of F x T over some runs; `sums` is [filter][taps][lane], `weights` [filter][all_taps], both from the
// tile's first on.
template <int F, int T, class Cell>
void add_tile(const Cell& cell, const std::vector<Run>& runs, int filter, const std::int32_t* offsets,
              const float* weights, std::size_t all_taps, std::size_t taps, float* sums) {
    for (int part = 0; part < PARTS; ++part) {
        FloatVector* memory = reinterpret_cast<FloatVector*>(sums) + part;
        FloatVector local[F][T];
        for (int f = 0; f < F; ++f)
            for (int t = 0; t < T; ++t) local[f][t] = memory[(f * taps + t) * PARTS];
        for (const Run& run : runs) {
            const FloatVector* g = run.dy + filter * PARTS + part;
            const FloatVector* x = run.x + part;
            for (int pixel = 0; pixel < run.pixels; ++pixel, g += run.dy_step, x += run.x_step) {
                for (int t = 0; t < T; ++t) {
                    const FloatVector value = x[offsets[t]];
                    for (int f = 0; f < F; ++f) {
                        if constexpr (Cell::linear_in_x) {
                            local[f][t] = local[f][t] + value * g[f * PARTS];
                        } else {
                            local[f][t] = local[f][t] + cell.slope(value - weights[f * all_taps + t]) * g[f * PARTS];
                        }
                    }
                }
            }
        }
        for (int f = 0; f < F; ++f)
            for (int t = 0; t < T; ++t) memory[(f * taps + t) * PARTS] = local[f][t];
    }
}

// Some filters of one group and some of their taps, with their sums.
struct Task {
    const std::int32_t* offsets;
    const float* weights;      // of the first filter and tap; all taps of a filter follow each other
    int filters;
    std::size_t taps, all_taps;
    float* sums;       // [filter][tap][lane]
    float* gradients;  // sums of dy, [filter][lane]

    template <int T, class Cell>
    void add_taps(const Cell& cell, const std::vector<Run>& runs, std::size_t tap) {
        int f = 0;
        for (; f + FILTERS <= filters; f += FILTERS) {
            add_tile<FILTERS, T>(cell, runs, f, offsets + tap, weights + f * all_taps + tap, all_taps, taps,
                                 sums + (f * taps + tap) * LANES);
        }
        if constexpr (FILTERS > 2) {
            if (f + 2 <= filters) {
                add_tile<2, T>(cell, runs, f, offsets + tap, weights + f * all_taps + tap, all_taps, taps,
                               sums + (f * taps + tap) * LANES);
                f += 2;
            }
        }
        for (; f < filters; ++f) {
            add_tile<1, T>(cell, runs, f, offsets + tap, weights + f * all_taps + tap, all_taps, taps,
                           sums + (f * taps + tap) * LANES);
        }
    }

    template <class Cell>
    void add(const Cell& cell, const std::vector<Run>& runs) {
        std::size_t tap = 0;
        for (; tap + TAPS <= taps; tap += TAPS) add_taps<TAPS>(cell, runs, tap);
        for (; tap + 2 <= taps; tap += 2) add_taps<2>(cell, runs, tap);
        if (tap < taps) add_taps<1>(cell, runs, tap);
    }

    void add_gradients(const std::vector<Run>& runs) {
        FloatVector* memory = reinterpret_cast<FloatVector*>(gradients);
        for (const Run& run : runs) {
            for (int pixel = 0; pixel < run.pixels; ++pixel)
                for (int i = 0; i < filters * PARTS; ++i) memory[i] = memory[i] + run.dy[pixel * run.dy_step + i];
        }
    }
};

}  // namespace

void sums_filter_gradient(Pool& pool, const Dims& d, float power, const float* x, const float* weights, const float* dy,
                          float* dw) {
    const std::vector<std::int32_t> offsets = d.tap_offsets();
    const std::size_t taps = d.taps();
    const bool centred = power == 1.0f;
    // A tile of taps reads TAPS values of a pixel, all filters of the task one each.
    const int per_task = std::min(d.group_filters(), TASK);
    const int near = std::max(8, int(NEAR / (sizeof(float) * LANES * (TAPS + per_task))));
    const int sets = (d.group_filters() + per_task - 1) / per_task;
    // Taps are shared out where there are too few sets of filters for the threads.
    const int tiles = int((taps + TAPS - 1) / TAPS);
    const int parts = std::min(tiles, (pool.threads() - 1) / (d.groups * sets) + 1);
    with_cell(power, [&](const auto& cell) {
        pool.run(d.groups * sets * parts, [&](int index) {
            const int part = index % parts, set = index / parts % sets, group = index / parts / sets;
            const std::size_t begin = std::size_t(tiles * part / parts) * TAPS;
            const std::size_t end = std::min(taps, std::size_t(tiles * (part + 1) / parts) * TAPS);
            const std::size_t first = std::size_t(group) * d.group_filters() + set * per_task;
            const int filters = std::min(per_task, d.group_filters() - set * per_task);
            const std::size_t sums_length = filters * (end - begin) * LANES, length = sums_length + filters * LANES;
            float* sums = scratch<Task>(length);
            std::fill_n(sums, length, 0.0f);
            Task task{offsets.data() + begin, weights + first * taps + begin, filters, end - begin, taps, sums,
                      sums + sums_length};
            std::vector<Run> runs;
            int pixels = 0;
            const auto flush = [&] {
                task.add(cell, runs);
                if (centred) task.add_gradients(runs);
                runs.clear();
                pixels = 0;
            };
            for (int chunk = 0; chunk < d.chunks; ++chunk) {
                const FloatVector* input = reinterpret_cast<const FloatVector*>(x) +
                                           (chunk * d.input_size() + std::size_t(group) * d.depth()) * PARTS;
                const FloatVector* gradient =
                    reinterpret_cast<const FloatVector*>(dy) + (chunk * d.convolved_size() + first) * PARTS;
                for (int row = 0; row < d.height; ++row) {
                    for (int column = 0, length; column < d.width; column += length) {
                        length = std::min(d.width - column, near - pixels);
                        runs.push_back({input + d.window(row, column) * PARTS,
                                        gradient + (std::size_t(row) * d.width + column) * d.filters * PARTS, length,
                                        std::size_t(d.stride) * d.channels * PARTS, std::size_t(d.filters) * PARTS});
                        pixels += length;
                        if (pixels == near) flush();
                    }
                }
            }
            flush();
            for (int f = 0; f < filters; ++f) {
                const double sum = centred ? total(task.gradients + f * LANES) : 0.0;
                for (std::size_t tap = begin; tap < end; ++tap) {
                    const std::size_t at = (first + f) * taps + tap;
                    const float* own = sums + (f * task.taps + tap - begin) * LANES;
                    dw[at] = static_cast<float>(total(own) - static_cast<double>(weights[at]) * sum);
                }
            }
        });
    });
}

}  // namespace berus
