// SPDX-License-Identifier: Apache-2.0
// Packs weights. Groups that do not begin and end with a block share blocks
// with their neighbours: adding cells mask those channels, multiplying ones
// have a weight of 0 for them.

#include "integer-plan.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace berus::codes {

namespace {

// The layer's window over the store: a packed picture has its columns among the channels.
struct Window {
    int height, width, dilation, depth, groups;
};

Cell cell_of(const Layer& layer, const Window& window, int per_lane) {
    const bool words = per_lane == 4;
    if (layer.multiply) return words ? Cell::word_multiply : Cell::byte_multiply;
    const bool masked = window.groups > 1 && window.depth % per_lane != 0;
    if (words) return masked ? Cell::word_adder_masked : Cell::word_adder;
    return masked ? Cell::byte_adder_masked : Cell::byte_adder;
}

int first_block(const Window& window, int group, int per_lane) { return group * window.depth / per_lane; }
int end_block(const Window& window, int group, int per_lane) {
    return ((group + 1) * window.depth + per_lane - 1) / per_lane;
}

// Calls visit(row, column, block) in the order in which the loops read.
template <class Visit>
void for_each_block(const Window& window, const Store& store, int group, const Visit& visit) {
    const int per_lane = store.per_lane();
    for (int row = 0; row < window.height; ++row)
        for (int column = 0; column < window.width; ++column)
            for (int block = first_block(window, group, per_lane); block < end_block(window, group, per_lane); ++block)
                visit(row, column, block);
}

std::vector<std::size_t> distances(const Window& window, const Store& store, int group) {
    std::vector<std::size_t> list;
    for_each_block(window, store, group, [&](int row, int column, int block) {
        list.push_back(window.dilation * (row * store.row() + column * store.pixel()) + block * VECTOR);
    });
    return list;
}

// Weights of one block, for the channels that belong to the filter's group.
class Packer {
   public:
    Packer(const Layer& layer, const Window& window, const Store& store)
        : layer_(layer), window_(window), per_lane_(store.per_lane()) {}

    // 64 bits of codes, or of the mask of those that count.
    std::uint64_t codes(int filter, int row, int column, int block, bool mask) const {
        const int bits = 64 / per_lane_;
        std::uint64_t lane = 0;
        for (int slot = 0; slot < per_lane_; ++slot) {
            const std::int32_t* weight = at(filter, row, column, block * per_lane_ + slot);
            if (weight == nullptr) continue;
            const std::uint64_t value = mask ? ~0ull : std::uint64_t(*weight);
            lane |= (value & ((1ull << bits) - 1)) << (bits * slot);
        }
        return lane;
    }

    // Four signed words: of every channel of four, or of every second of eight.
    std::uint64_t words(int filter, int row, int column, int block, int odd) const {
        const int step = per_lane_ / 4;
        std::uint64_t lane = 0;
        for (int word = 0; word < 4; ++word) {
            const std::int32_t* weight = at(filter, row, column, block * per_lane_ + word * step + odd);
            if (weight != nullptr) lane |= std::uint64_t(std::uint16_t(*weight)) << (16 * word);
        }
        return lane;
    }

   private:
    const std::int32_t* at(int filter, int row, int column, int channel) const {
        const int own = channel - filter / (layer_.filters / window_.groups) * window_.depth;
        if (own < 0 || own >= window_.depth) return nullptr;
        const std::size_t tap = (std::size_t(filter) * window_.height + row) * window_.width + column;
        return &layer_.weights[tap * window_.depth + own];
    }

    const Layer& layer_;
    const Window& window_;
    int per_lane_;
};

void pack_run(const Run& run, Cell cell, const Window& window, const Store& store, const Packer& packer,
              std::vector<std::uint64_t>& weights) {
    const bool masked = cell == Cell::byte_adder_masked || cell == Cell::word_adder_masked;
    for_each_block(window, store, run.group, [&](int row, int column, int block) {
        if (masked) weights.push_back(packer.codes(run.first, row, column, block, true));
        for (int f = run.first; f < run.first + run.filters; ++f) {
            switch (cell) {
                case Cell::byte_multiply:
                    weights.push_back(packer.words(f, row, column, block, 0));
                    weights.push_back(packer.words(f, row, column, block, 1));
                    break;
                case Cell::word_multiply:
                    weights.push_back(packer.words(f, row, column, block, 0));
                    break;
                default:
                    weights.push_back(packer.codes(f, row, column, block, false));
            }
        }
    });
}

// Words are multiplied less 2^15, as signed numbers, and the padding's codes are taken off all at once;
// distances of words come less 2^15 each, those of the four in a lane that are no taps too. Modulo 2^32.
std::int64_t start_of(const Layer& layer, Cell cell, int filter, std::size_t blocks) {
    std::uint32_t start = 0;
    if (cell == Cell::word_adder || cell == Cell::word_adder_masked) start = std::uint32_t(blocks) << 17;
    if (layer.multiply) {
        const std::uint32_t middle = cell == Cell::word_multiply ? 1 << 15 : 0;
        const int depth = layer.depth(), group = filter / (layer.filters / layer.groups);
        for (std::size_t tap = 0; tap < layer.taps(); ++tap) {
            const std::uint32_t zero = layer.pad_codes[group * depth + tap % depth];
            start += (middle - zero) * std::uint32_t(layer.weights[filter * layer.taps() + tap]);
        }
    }
    return start;
}

std::vector<Run> runs_of(const Layer& layer) {
    const int per_group = layer.filters / layer.groups, per_lane = codes_per_lane(layer.bits);
    std::vector<Run> runs;
    for (int first = 0; first < layer.filters;) {
        const int group = first / per_group;
        const int left = std::min((group + 1) * per_group - first, per_lane - first % per_lane);
        const int filters = left >= FILTERS ? FILTERS : left >= 2 ? 2 : 1;
        runs.push_back({first, filters, group, first % per_lane * (64 / per_lane), 0});
        first += filters;
    }
    return runs;
}

// Largest magnitude of a filter's sum.
std::int64_t largest_sum(const Layer& layer, int filter) {
    std::int64_t sum = layer.multiply ? 0 : layer.taps();
    for (std::size_t tap = 0; layer.multiply && tap < layer.taps(); ++tap) {
        sum += std::abs(layer.weights[filter * layer.taps() + tap]);
    }
    return sum << layer.in_bits;
}

bool fits_half(const FilterFold& fold, std::int64_t sum) {
    const std::int64_t most = sum * std::abs(fold.mul) + (std::abs(fold.shortcut_mul) << 16) + std::abs(fold.add);
    return most >> fold.shift < (std::int64_t(1) << 31) - 1;
}

void check_weights(const Layer& layer) {
    const int low = layer.multiply ? -(1 << 15) : 0;
    const int high = layer.multiply ? (1 << 15) - 1 : (1 << layer.in_bits) - 1;
    for (const std::int32_t weight : layer.weights) {
        if (weight < low || weight > high) throw std::invalid_argument("Expected weights that fit their width.");
    }
}

}  // namespace

Plan plan_layer(const Layer& layer, const Store& input, int index, bool packed) {
    check_weights(layer);
    const Window window = packed ? Window{layer.kernel_height, 1, 1, layer.kernel_width * layer.input.channels, 1}
                                 : Window{layer.kernel_height, layer.kernel_width, layer.dilation, layer.depth(), layer.groups};
    Plan plan{};
    plan.cell = cell_of(layer, window, input.per_lane());
    plan.input = index;
    plan.input_first = packed ? 0 : (input.padding - layer.padding) * (input.row() + input.pixel());
    plan.row_step = layer.stride * input.row();
    plan.column_step = (packed ? 1 : layer.stride) * input.pixel();
    for (int group = 0; group < window.groups; ++group) plan.windows.push_back(distances(window, input, group));
    plan.runs = runs_of(layer);
    const Packer packer(layer, window, input);
    for (Run& run : plan.runs) {
        run.weights = plan.weights.size();
        pack_run(run, plan.cell, window, input, packer, plan.weights);
        const std::size_t blocks = plan.windows[run.group].size();
        for (int f = run.first; f < run.first + run.filters; ++f) {
            plan.folds.push_back({start_of(layer, plan.cell, f, blocks), layer.mul[f], layer.add[f], layer.shift[f],
                                  layer.shortcut < 0 ? 0 : layer.shortcut_mul[f], 0, 0});
        }
    }
    plan.narrow = true;
    for (int f = 0; f < layer.filters; ++f) plan.narrow &= fits_half(plan.folds[f], largest_sum(layer, f));
    plan.low = layer.low;
    plan.high = (1 << layer.bits) - 1;
    return plan;
}

void add_shortcut(Plan& plan, const Store& store, int index) {
    plan.shortcut = index;
    plan.shortcut_mask = (1 << (8 * store.unit())) - 1;
    for (std::size_t f = 0; f < plan.folds.size(); ++f) {
        plan.folds[f].shortcut_block = f / store.per_lane() * VECTOR;
        plan.folds[f].shortcut_place = int(f % store.per_lane()) * 8 * store.unit();
    }
}

}  // namespace berus::codes
