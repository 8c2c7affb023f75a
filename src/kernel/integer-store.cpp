// SPDX-License-Identifier: Apache-2.0
// Moves maps between the images' own order and that of the registers.

#include "integer-store.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace berus::codes {

namespace {

// Copies one padding pixel `count` times.
char* repeat(const std::vector<char>& pixel, std::size_t count, char* to) {
    for (std::size_t i = 0; i < count; ++i, to += pixel.size()) std::memcpy(to, pixel.data(), pixel.size());
    return to;
}

void put(char* to, int unit, std::uint16_t code) { std::memcpy(to, &code, unit); }

}  // namespace

void fill_padding(const Store& store, char* memory) {
    if (store.padding == 0) return;
    std::vector<char> pixel(store.pixel());
    for (int channel = 0; channel < store.shape.channels; ++channel) {
        char* block = pixel.data() + channel / store.per_lane() * VECTOR + channel % store.per_lane() * store.unit();
        for (int image = 0; image < IMAGES; ++image) put(block + 8 * image, store.unit(), store.pad_codes[channel]);
    }
    const std::size_t padding = store.padding, width = store.shape.width;
    char* to = repeat(pixel, padding * (width + 2 * padding) + padding, memory);
    for (int row = 1; row < store.shape.height; ++row) to = repeat(pixel, 2 * padding, to + width * store.pixel());
    repeat(pixel, padding * (width + 2 * padding) + padding, to + width * store.pixel());
}

void copy_map(const Store& from, const char* source, const Store& to, char* target) {
    const std::size_t length = from.shape.width * from.pixel();
    for (int row = 0; row < from.shape.height; ++row) {
        std::memcpy(target + to.first() + row * to.row(), source + from.first() + row * from.row(), length);
    }
    fill_padding(to, target);
}

void load_picture(const PictureLoad& load, const Store& store, const char* images, int count, char* memory) {
    const int unit = store.unit(), channels = load.picture.channels;
    const std::size_t row_bytes = std::size_t(load.picture.width) * channels * unit;
    const std::size_t edge = std::size_t(load.padding) * channels * unit;
    // One row of the picture with its padding, and room for reading 64 bits at its end.
    std::vector<char> row(row_bytes + 2 * edge + 8);
    std::vector<char> empty(row.size());
    for (std::size_t i = 0; i < (row_bytes + 2 * edge) / unit; ++i) put(&empty[i * unit], unit, store.pad_codes[i % channels]);
    row = empty;
    const int blocks = store.blocks();
    const int rest = load.window * channels - (blocks - 1) * store.per_lane();  // codes in the last block
    const std::uint64_t last = rest * unit == 8 ? ~0ull : (1ull << (8 * rest * unit)) - 1;
    const std::size_t step = std::size_t(load.stride) * channels * unit;
    const int columns = store.shape.width + 2 * store.padding;
    for (int y = -load.padding; y < load.picture.height + load.padding; ++y, memory += columns * store.pixel()) {
        const bool inside = y >= 0 && y < load.picture.height;
        for (int image = 0; image < IMAGES; ++image) {
            // Lanes without an image of their own repeat the last one.
            const char* pixels = images + std::min(image, count - 1) * load.picture.height * row_bytes;
            if (inside) std::memcpy(row.data() + edge, pixels + y * row_bytes, row_bytes);
            const char* from = inside ? row.data() : empty.data();
            char* lane = memory + 8 * image;
            for (int column = 0; column < columns; ++column, from += step) {
                for (int block = 0; block < blocks; ++block, lane += VECTOR) {
                    std::uint64_t bits;
                    std::memcpy(&bits, from + 8 * block, 8);
                    bits &= block + 1 < blocks ? ~0ull : last;
                    std::memcpy(lane, &bits, 8);
                }
            }
        }
    }
}

void write_map(const Store& store, const char* memory, int count, char* out) {
    const std::size_t pixel = std::size_t(store.shape.channels) * store.unit(), map = store.shape.size() * store.unit();
    for (int row = 0; row < store.shape.height; ++row) {
        const char* from = memory + store.first() + row * store.row();
        for (int column = 0; column < store.shape.width; ++column) {
            char* to = out + (std::size_t(row) * store.shape.width + column) * pixel;
            for (std::size_t byte = 0; byte < pixel; byte += 8, from += VECTOR) {
                const std::size_t length = std::min<std::size_t>(8, pixel - byte);
                for (int image = 0; image < count; ++image) {
                    std::memcpy(to + image * map + byte, from + 8 * image, length);
                }
            }
        }
    }
}

std::size_t place(std::vector<Store>& stores) {
    std::vector<int> order(stores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return stores[a].born < stores[b].born; });
    std::size_t total = 0;
    std::vector<const Store*> placed;
    for (const int index : order) {
        Store& store = stores[index];
        std::vector<const Store*> neighbours;
        for (const Store* other : placed) {
            if (other->born <= store.last_use && store.born <= other->last_use) neighbours.push_back(other);
        }
        std::sort(neighbours.begin(), neighbours.end(), [](const Store* a, const Store* b) { return a->offset < b->offset; });
        store.offset = 0;
        for (const Store* other : neighbours) {
            if (store.offset + store.size() <= other->offset) break;
            store.offset = std::max(store.offset, other->offset + other->size());
        }
        total = std::max(total, store.offset + store.size());
        placed.push_back(&store);
    }
    return total;
}

}  // namespace berus::codes
