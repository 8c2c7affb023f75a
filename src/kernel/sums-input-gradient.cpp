// SPDX-License-Identifier: Apache-2.0
// Each input value gathers from the output pixels that read it, kernel row by
// kernel row, and at each from all filters of its group.

#include "cells.h"
#include "scratch.h"
#include "sums.h"

namespace berus {

namespace {

// One output row or column that reads an input row or column, and by which row or column of the kernel.
struct Reader {
    int kernel, output;
};

// For every input position along one axis, those that read it.
std::vector<std::vector<Reader>> readers_of(int inputs, int kernel, int outputs, const Dims& d) {
    std::vector<std::vector<Reader>> readers(inputs);
    for (int k = 0; k < kernel; ++k) {
        for (int output = 0; output < outputs; ++output) {
            const int input = output * d.stride - d.padding + k * d.dilation;
            if (input >= 0 && input < inputs) readers[input].push_back({k, output});
        }
    }
    return readers;
}

// [group][kernel row][kernel column][filter of the group][channel of the group]
struct Packed;

float* pack(const Dims& d, const float* weights) {
    float* packed = scratch<Packed>(d.filters * d.taps());
    const int places = d.kernel_height * d.kernel_width;
    const std::size_t depth = d.depth();
    float* to = packed;
    for (int group = 0; group < d.groups; ++group) {
        for (int place = 0; place < places; ++place) {
            for (int f = 0; f < d.group_filters(); ++f, to += depth) {
                const float* from = weights + (std::size_t(group * d.group_filters() + f) * places + place) * depth;
                std::copy(from, from + depth, to);
            }
        }
    }
    return packed;
}

struct Pixel {
    const Dims& d;
    const std::vector<Reader>& rows;
    const std::vector<Reader>& columns;
    const FloatVector* x;   // of the pixel
    const FloatVector* dy;  // of the chunk
    const float* weights;
    FloatVector* dx;  // of the pixel
    bool add;

    // N channels from `channel` on, all of one group.
    template <int N, class Cell>
    BERUS_INLINE void channels(const Cell& cell, int channel) const {
        const int depth = d.depth(), filters = d.group_filters(), group = channel / depth;
        const std::size_t place_size = std::size_t(filters) * depth;
        const float* own = weights + std::size_t(group) * d.kernel_height * d.kernel_width * place_size + channel % depth;
        for (int part = 0; part < PARTS; ++part) {
            FloatVector sums[N] = {};
            FloatVector values[N];
            for (int c = 0; c < N; ++c) values[c] = x[(channel + c) * PARTS + part];
            for (const Reader& row : rows) {
                for (const Reader& column : columns) {
                    const FloatVector* gradient =
                        dy + ((std::size_t(row.output) * d.width + column.output) * d.filters + group * filters) * PARTS +
                        part;
                    const float* w = own + std::size_t(row.kernel * d.kernel_width + column.kernel) * place_size;
                    for (int f = 0; f < filters; ++f, w += depth, gradient += PARTS) {
                        const FloatVector g = *gradient;
                        for (int c = 0; c < N; ++c) sums[c] = cell.input_slope(sums[c], values[c], w[c], g);
                    }
                }
            }
            for (int c = 0; c < N; ++c) {
                FloatVector* to = dx + (channel + c) * PARTS + part;
                *to = add ? *to + sums[c] : sums[c];
            }
        }
    }

    template <class Cell>
    void run(const Cell& cell) const {
        const int depth = d.depth();
        for (int start = 0; start < d.channels; start += depth) {
            int c = start;
            const int end = start + depth;
            if constexpr (MANY_REGISTERS && Cell::widest >= 8) {
                for (; c + 8 <= end; c += 8) channels<8>(cell, c);
                if (c + 6 <= end) channels<6>(cell, c), c += 6;
            }
            for (; c + 4 <= end; c += 4) channels<4>(cell, c);
            for (; c + 2 <= end; c += 2) channels<2>(cell, c);
            if (c < end) channels<1>(cell, c);
        }
    }
};

}  // namespace

void sums_input_gradient(Pool& pool, const Dims& d, float power, const float* x, const float* weights, const float* dy,
                         float* dx, bool add) {
    const float* packed = pack(d, weights);
    const auto rows = readers_of(d.in_height, d.kernel_height, d.height, d);
    const auto columns = readers_of(d.in_width, d.kernel_width, d.width, d);
    const int bands = bands_of(d.chunks, d.in_height, pool.threads());
    with_cell(power, [&](const auto& cell) {
        pool.run(d.chunks * bands, [&](int task) {
            const Band band = band_of(task, bands, d.in_height);
            const FloatVector* input = reinterpret_cast<const FloatVector*>(x) + band.chunk * d.input_size() * PARTS;
            const FloatVector* gradient =
                reinterpret_cast<const FloatVector*>(dy) + band.chunk * d.convolved_size() * PARTS;
            FloatVector* output = reinterpret_cast<FloatVector*>(dx) + band.chunk * d.input_gradient_size() * PARTS;
            for (int row = band.begin; row < band.end; ++row) {
                for (int column = 0; column < d.in_width; ++column) {
                    const std::size_t from = std::size_t(row + d.in_border) * d.in_row() +
                                             std::size_t(column + d.in_border) * d.channels;
                    const std::size_t to = (std::size_t(row) * d.in_width + column) * d.channels;
                    Pixel{d, rows[row], columns[column], input + from * PARTS, gradient, packed,
                          output + to * PARTS, add}
                        .run(cell);
                }
            }
        });
    });
}

}  // namespace berus
