// SPDX-License-Identifier: Apache-2.0
// The adder array of 8-bit codes fed with a tap a clock, and a plain loop that
// sums the same distances. The array's size is its ports'; multiples of 4.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "models.hpp"

namespace {

constexpr std::size_t STIMULI = 4096;
constexpr std::uint32_t TAPS = 144;  // of a 3x3 kernel over 16 channels

struct Stimulus {
    std::vector<std::uint8_t> x, w;
    Stimulus(std::size_t rows, std::size_t columns) : x(STIMULI * rows), w(STIMULI * columns) {
        std::uint32_t state = 1;
        for (auto* codes : {&x, &w})
            for (auto& code : *codes) code = (state = state * 1664525u + 1013904223u) >> 24;
    }
};

// A tap a clock, tile after tile; gives a checksum of what leaves.
std::uint32_t simulate(Instance& array, const Stimulus& of, std::size_t rows, std::size_t columns,
                       std::uint64_t clocks) {
    std::uint32_t sum = 0, tap = 0;
    for (std::uint64_t i = 0; i < clocks; i++) {
        auto& model = array.model;
        const std::size_t at = i % STIMULI;
        model.valid = 1;
        model.first = tap == 0;
        model.last = tap == TAPS - 1;
        tap = tap + 1 == TAPS ? 0 : tap + 1;
        std::memcpy(&model.x, &of.x[at * rows], rows);
        std::memcpy(&model.w, &of.w[at * columns], columns);
        array.low();
        if (model.sums_valid) {
            std::uint32_t word;
            std::memcpy(&word, &model.sums, sizeof word);
            sum = sum * 31 + word;
        }
        array.high();
    }
    return sum;
}

// The same sums, lane by lane unskewed, as anyone would write them.
std::uint32_t plain(const Stimulus& of, std::size_t rows, std::size_t columns, std::uint64_t clocks) {
    std::vector<std::uint32_t> sums(rows * columns);
    std::uint32_t sum = 0, tap = 0;
    for (std::uint64_t i = 0; i < clocks; i++) {
        const std::uint8_t* x = &of.x[i % STIMULI * rows];
        const std::uint8_t* w = &of.w[i % STIMULI * columns];
        for (std::size_t r = 0; r < rows; r++)
            for (std::size_t c = 0; c < columns; c++)
                sums[r * columns + c] += static_cast<std::uint32_t>(std::abs(x[r] - w[c]));
        if (++tap == TAPS) {
            for (const auto one : sums) sum = sum * 31 + one;
            std::fill(sums.begin(), sums.end(), 0);
            tap = 0;
        }
    }
    return sum;
}

}  // namespace

int main() {
    Instance array;
    const std::size_t rows = sizeof array.model.x, columns = sizeof array.model.w;
    const Stimulus stimulus(rows, columns);
    reset(array);
    array.model.row_used = ~0ull >> (64 - rows);
    array.model.column_used = ~0ull >> (64 - columns);
    array.model.plain = 0;
    return serve([&](const std::string& work, std::uint64_t clocks) -> std::pair<double, std::uint32_t> {
        std::uint32_t sum = 0;
        // Processor time: other work may share the machine.
        const std::clock_t start = std::clock();
        sum = work == "array" ? simulate(array, stimulus, rows, columns, clocks)
                              : plain(stimulus, rows, columns, clocks);
        return {static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, sum};
    });
}
