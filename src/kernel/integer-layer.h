// SPDX-License-Identifier: Apache-2.0
// What JavaScript says of one quantized layer, checked before anything is
// computed from it. Field by field it is QuantizedLayer of src/network.

#ifndef BERUS_KERNEL_INTEGER_LAYER_H
#define BERUS_KERNEL_INTEGER_LAYER_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace berus::codes {

struct Shape {
    int height, width, channels;
    std::size_t size() const { return std::size_t(height) * width * channels; }
    bool operator==(const Shape& other) const {
        return height == other.height && width == other.width && channels == other.channels;
    }
};

struct Layer {
    int source;    // index of a layer before this one; -1 for the picture
    int shortcut;  // the same; -1 for none
    bool multiply;
    Shape input;
    int kernel_height, kernel_width, filters, stride, padding, dilation, groups;
    bool average;
    int pool, pool_stride, pool_padding;
    int in_bits, bits, out_bits;  // of the codes read, of the fold's, of the pooled ones
    int low, pool_shift;

    std::vector<std::int32_t> weights;  // [filter][row][column][channel of its group]
    std::vector<std::int16_t> mul;
    std::vector<std::int32_t> shortcut_mul;  // empty without a shortcut
    std::vector<std::int64_t> add;
    std::vector<std::uint8_t> shift;
    std::vector<std::uint16_t> pad_codes;  // one for each input channel

    static constexpr std::size_t FIELDS = 22;

    // Takes the numbers above up to `pool_shift`, in their order.
    // Throws std::invalid_argument when one is out of range or the kernel or the window does not fit.
    static Layer from(const std::int32_t* fields);

    int depth() const { return input.channels / groups; }
    std::size_t taps() const { return std::size_t(kernel_height) * kernel_width * depth(); }
    Shape convolved() const;
    // The part of it that some pooling window reaches.
    Shape pooled() const;
    Shape output() const;
};

// Throws std::invalid_argument unless layers read maps of layers before them, of their shapes and widths.
void check_layers(const std::vector<Layer>& layers);

}  // namespace berus::codes

#endif
