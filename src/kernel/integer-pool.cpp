// SPDX-License-Identifier: Apache-2.0
// Pooling: the largest code of every window, or its shifted sum.

#include <algorithm>

#include "integer-register.h"
#include "integer-sums.h"

namespace berus::codes {

namespace {

// Rows and columns of the map that a window covers.
struct Range {
    int begin, end;
};

Range covered(int index, const Layer& layer, int length) {
    const int begin = index * layer.pool_stride - layer.pool_padding;
    return {std::max(begin, 0), std::min(begin + layer.pool, length)};
}

// Calls visit(register) for each pixel of a window, at one place of the pixel.
template <class Visit>
BERUS_INLINE void for_each_pixel(const Store& map, const char* memory, Range rows, Range columns, const Visit& visit) {
    for (int row = rows.begin; row < rows.end; ++row) {
        const char* from = memory + map.first() + row * map.row() + columns.begin * map.pixel();
        for (int column = columns.begin; column < columns.end; ++column, from += map.pixel()) {
            visit(*reinterpret_cast<const Lanes*>(from));
        }
    }
}

template <class Codes>
void largest(const Store& map, const char* memory, Range rows, Range columns, char* out) {
    for (std::size_t place = 0; place < map.pixel(); place += REGISTER) {
        Codes most = {};
        for_each_pixel(map, memory + place, rows, columns, [&](Lanes x) { most = larger(most, Codes(x)); });
        *reinterpret_cast<Codes*>(out + place) = most;
    }
}

// Average codes may need words where the map's are bytes, or the other way round, so every channel is taken by itself.
void average(const Layer& layer, const Store& map, const char* memory, Range rows, Range columns, const Store& output,
             char* out) {
    const std::uint64_t half = layer.pool_shift == 0 ? 0 : 1ull << (layer.pool_shift - 1);
    const int from_bits = 8 * map.unit(), to_bits = 8 * output.unit();
    for (std::size_t part = 0; part < VECTOR; part += REGISTER) {
        for (int block = 0; block < output.blocks(); ++block) {
            Lanes codes = {};
            const int first = block * output.per_lane();
            for (int channel = first; channel < std::min(first + output.per_lane(), map.shape.channels); ++channel) {
                const int place = channel % map.per_lane() * from_bits;
                const char* from = memory + channel / map.per_lane() * VECTOR + part;
                Lanes sum = splat(half);
                for_each_pixel(map, from, rows, columns, [&](Lanes x) { sum += (x >> place) & ((1 << from_bits) - 1); });
                codes |= ((sum >> layer.pool_shift) & ((1 << to_bits) - 1)) << ((channel - first) * to_bits);
            }
            *reinterpret_cast<Lanes*>(out + block * VECTOR + part) = codes;
        }
    }
}

}  // namespace

void pool_map(const Layer& layer, const Store& map, const char* memory, const Store& output, char* out) {
    for (int row = 0; row < output.shape.height; ++row) {
        for (int column = 0; column < output.shape.width; ++column) {
            const Range rows = covered(row, layer, map.shape.height), columns = covered(column, layer, map.shape.width);
            char* to = out + output.first() + row * output.row() + column * output.pixel();
            if (layer.average) {
                average(layer, map, memory, rows, columns, output, to);
            } else if (map.unit() == 1) {
                largest<Bytes>(map, memory, rows, columns, to);
            } else {
                largest<Words>(map, memory, rows, columns, to);
            }
        }
    }
}

}  // namespace berus::codes
