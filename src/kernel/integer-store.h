// SPDX-License-Identifier: Apache-2.0
// A map of eight images in memory: [row][column][block][8 images][64 bits].
//
// A block is eight channels of an image, or four where codes have more than 8
// bits. Channels that fill up the last block are 0. Rows and columns around the
// map hold the codes that its reader wants there.

#ifndef BERUS_KERNEL_INTEGER_STORE_H
#define BERUS_KERNEL_INTEGER_STORE_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "integer-layer.h"

namespace berus::codes {

constexpr int IMAGES = 8;                // in a chunk
constexpr std::size_t VECTOR = 64;  // bytes of one block of a chunk

// Codes in 64 bits.
constexpr int codes_per_lane(int bits) { return bits > 8 ? 4 : 8; }

struct Store {
    Shape shape;  // without the padding
    int bits;
    int padding = 0;
    std::vector<std::uint16_t> pad_codes;  // one for each channel; used where padding > 0
    int born = 0, last_use = 0;            // layers while which it must be kept
    std::size_t offset = 0;                // in a thread's memory

    int per_lane() const { return codes_per_lane(bits); }
    int unit() const { return 8 / per_lane(); }  // bytes of a code
    int blocks() const { return (shape.channels + per_lane() - 1) / per_lane(); }
    std::size_t pixel() const { return blocks() * VECTOR; }
    std::size_t row() const { return (shape.width + 2 * std::size_t(padding)) * pixel(); }
    std::size_t size() const { return (shape.height + 2 * std::size_t(padding)) * row(); }
    // Of the map's first pixel.
    std::size_t first() const { return padding * (row() + pixel()); }
};

// How a layer's picture is read from the images.
struct PictureLoad {
    int store;
    Shape picture;
    int padding;
    // Codes of so many columns side by side are one pixel of the store, a pixel for every output column: a picture of
    // few channels fills its lanes so. 1 and 1 where it does not.
    int window = 1, stride = 1;
};

// Sets a store's padding.
void fill_padding(const Store& store, char* memory);

// Copies a map into a store of other padding, and sets that.
void copy_map(const Store& from, const char* source, const Store& to, char* target);

// Reads `count` of at most eight images, [image][row][column][channel], of codes of `store.unit()` bytes.
void load_picture(const PictureLoad& load, const Store& store, const char* images, int count, char* memory);

// Writes a map of `count` of the images, [image][row][column][channel].
void write_map(const Store& store, const char* memory, int count, char* out);

// Gives each store an offset, such that stores that are kept at the same time do not overlap. Returns the bytes of all.
std::size_t place(std::vector<Store>& stores);

}  // namespace berus::codes

#endif
