// SPDX-License-Identifier: Apache-2.0
// Every size that memory is later addressed by follows from what is checked here.

#include "integer-layer.h"

#include <algorithm>
#include <stdexcept>

namespace berus::codes {

namespace {

void expect(bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(what);
}

bool within(int value, int low, int high) { return value >= low && value <= high; }

int windows(int length, int padding, int span, int stride) { return (length + 2 * padding - span) / stride + 1; }

}  // namespace

Layer Layer::from(const std::int32_t* v) {
    Layer layer{};
    layer.source = v[0], layer.shortcut = v[1], layer.multiply = v[2] != 0;
    layer.input = {v[3], v[4], v[5]};
    layer.kernel_height = v[6], layer.kernel_width = v[7], layer.filters = v[8];
    layer.stride = v[9], layer.padding = v[10], layer.dilation = v[11], layer.groups = v[12];
    layer.average = v[13] != 0, layer.pool = v[14], layer.pool_stride = v[15], layer.pool_padding = v[16];
    layer.in_bits = v[17], layer.bits = v[18], layer.out_bits = v[19], layer.low = v[20], layer.pool_shift = v[21];

    for (const int i : {3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 15}) expect(within(v[i], 1, 65536), "Expected sizes from 1 to 65536.");
    expect(within(layer.padding, 0, 65536) && within(layer.pool_padding, 0, layer.pool - 1), "Expected paddings that fit.");
    for (const int i : {17, 18, 19}) expect(within(v[i], 1, 16), "Expected widths from 1 to 16 bits.");
    expect(within(layer.low, 0, (1 << layer.bits) - 1) && within(layer.pool_shift, 0, 32), "Expected codes that fit.");
    expect(layer.input.channels % layer.groups == 0 && layer.filters % layer.groups == 0, "Expected groups that fit.");
    const std::int64_t tall = std::int64_t(layer.kernel_height - 1) * layer.dilation + 1;
    const std::int64_t broad = std::int64_t(layer.kernel_width - 1) * layer.dilation + 1;
    expect(tall <= layer.input.height + 2 * layer.padding && broad <= layer.input.width + 2 * layer.padding,
           "Expected a kernel that fits its input.");
    const Shape map = layer.convolved();
    expect(layer.pool <= map.height + 2 * layer.pool_padding && layer.pool <= map.width + 2 * layer.pool_padding,
           "Expected a window that fits its map.");
    expect(!layer.average || layer.pool_padding == 0, "Expected averages without padding.");
    return layer;
}

Shape Layer::convolved() const {
    return {windows(input.height, padding, (kernel_height - 1) * dilation + 1, stride),
            windows(input.width, padding, (kernel_width - 1) * dilation + 1, stride), filters};
}

Shape Layer::output() const {
    const Shape map = convolved();
    return {windows(map.height, pool_padding, pool, pool_stride), windows(map.width, pool_padding, pool, pool_stride),
            filters};
}

Shape Layer::pooled() const {
    const Shape map = convolved(), out = output();
    return {std::min((out.height - 1) * pool_stride + pool - pool_padding, map.height),
            std::min((out.width - 1) * pool_stride + pool - pool_padding, map.width), filters};
}

void check_layers(const std::vector<Layer>& layers) {
    expect(!layers.empty(), "Expected a network with layers.");
    const Layer* picture = nullptr;
    for (int i = 0; i < int(layers.size()); ++i) {
        const Layer& layer = layers[i];
        expect(within(layer.source, -1, i - 1) && within(layer.shortcut, -1, i - 1), "Expected maps of layers before.");
        if (layer.source >= 0) {
            const Layer& source = layers[layer.source];
            expect(source.output() == layer.input && source.out_bits == layer.in_bits, "Expected the map that is read.");
        } else {
            if (picture == nullptr) picture = &layer;
            expect(picture->input == layer.input && picture->in_bits == layer.in_bits, "Expected one picture.");
        }
        if (layer.shortcut >= 0) {
            expect(layers[layer.shortcut].output() == layer.convolved(), "Expected a shortcut of the map's shape.");
        }
        expect(layer.average || layer.out_bits == layer.bits, "Expected pooled codes as wide as the others.");
    }
    expect(picture != nullptr, "Expected a layer that reads the picture.");
}

}  // namespace berus::codes
