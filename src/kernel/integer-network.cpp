// SPDX-License-Identifier: Apache-2.0
// A map is written with the padding that its readers want; one that wants
// another gets a copy.

#include "integer-network.h"

#include <algorithm>
#include <new>
#include <utility>

#include "integer-sums.h"

namespace berus::codes {

namespace {

bool pools(const Layer& layer) {
    return layer.pool > 1 || layer.pool_stride > 1 || layer.pool_shift > 0 || layer.out_bits != layer.bits;
}

int blocks(int channels, int bits) { return (channels + codes_per_lane(bits) - 1) / codes_per_lane(bits); }

// Whether the taps of a kernel row, side by side, fill fewer lanes than column by column.
bool packs(const Layer& layer) {
    const int wide = layer.kernel_width * layer.input.channels;
    return layer.groups == 1 && (layer.dilation == 1 || layer.kernel_width == 1) &&
           blocks(wide, layer.in_bits) < layer.kernel_width * blocks(layer.input.channels, layer.in_bits);
}

}  // namespace

int Network::add(Store store) {
    stores_.push_back(std::move(store));
    return int(stores_.size()) - 1;
}

// The first `layers_` stores are the layers' maps. A map has the largest padding of those readers that want the same
// codes there as its first one.
void Network::set_paddings() {
    for (int i = 0; i < int(layers_.size()); ++i) {
        const Layer& layer = layers_[i];
        add({layer.output(), layer.out_bits, 0, {}, i, i});
    }
    for (int i = 0; i < int(layers_.size()); ++i) {
        const Layer& layer = layers_[i];
        if (layer.shortcut >= 0) stores_[layer.shortcut].last_use = i;
        if (layer.source < 0) continue;
        Store& store = stores_[layer.source];
        store.last_use = i;
        if (layer.padding == 0) continue;
        if (store.padding == 0) store.pad_codes = layer.pad_codes;
        if (store.pad_codes == layer.pad_codes) store.padding = std::max(store.padding, layer.padding);
    }
}

int Network::picture_store(int index, Step& step, PictureLoad load, Store store) {
    for (const PictureLoad& other : loads_) {
        Store& given = stores_[other.store];
        if (other.padding == load.padding && other.window == load.window && other.stride == load.stride &&
            given.shape == store.shape && given.pad_codes == store.pad_codes) {
            given.last_use = index;
            return other.store;
        }
    }
    load.store = add(std::move(store));
    loads_.push_back(load);
    step.load = load;
    return load.store;
}

int Network::source_store(int index, Step& step, bool packed) {
    const Layer& layer = layers_[index];
    if (packed) {
        const Shape shape{layer.input.height + 2 * layer.padding, layer.convolved().width,
                          layer.kernel_width * layer.input.channels};
        return picture_store(index, step, {0, layer.input, layer.padding, layer.kernel_width, layer.stride},
                             {shape, layer.in_bits, 0, layer.pad_codes, index, index});
    }
    Store padded{layer.input, layer.in_bits, layer.padding, layer.pad_codes, index, index};
    if (layer.source == -1) return picture_store(index, step, {0, layer.input, layer.padding}, std::move(padded));
    if (layer.padding == 0 || stores_[layer.source].pad_codes == layer.pad_codes) return layer.source;
    step.copy = Copy{layer.source, add(std::move(padded))};
    return step.copy->to;
}

Network::Network(std::vector<Layer> layers) : layers_(std::move(layers)) {
    check_layers(layers_);
    set_paddings();
    while (layers_[picture_].source != -1) ++picture_;
    for (int i = 0; i < int(layers_.size()); ++i) {
        const Layer& layer = layers_[i];
        Step step;
        const bool packed = layer.source == -1 && packs(layer);
        const int input = source_store(i, step, packed);
        step.plan = plan_layer(layer, stores_[input], input, packed);
        if (layer.shortcut >= 0) add_shortcut(step.plan, stores_[layer.shortcut], layer.shortcut);
        step.output = i;
        if (pools(layer)) step.map = add({layer.pooled(), layer.bits, 0, {}, i, i});
        steps_.push_back(std::move(step));
    }
    bytes_ = std::max(place(stores_), VECTOR);
}

void Network::run(Pool& pool, const char* images, int count, const std::vector<char*>& outs) {
    const int chunks = (count + IMAGES - 1) / IMAGES;
    while (int(spare_.size()) < std::min(pool.threads(), chunks)) {
        Memory memory(static_cast<char*>(std::aligned_alloc(VECTOR, bytes_)));
        if (memory == nullptr) throw std::bad_alloc();
        spare_.push_back(std::move(memory));
    }
    pool.run(chunks, [&](int chunk) {
        Memory memory;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            memory = std::move(spare_.back());
            spare_.pop_back();
        }
        run_chunk(images, chunk * IMAGES, std::min(IMAGES, count - chunk * IMAGES), outs, memory.get());
        const std::lock_guard<std::mutex> lock(mutex_);
        spare_.push_back(std::move(memory));
    });
}

void Network::run_chunk(const char* images, int first, int count, const std::vector<char*>& outs, char* memory) const {
    const auto at = [&](int store) { return memory + stores_[store].offset; };
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const auto& [load, copy, plan, map, output] = steps_[i];
        if (load) {
            const Store& store = stores_[load->store];
            load_picture(*load, store, images + first * load->picture.size() * store.unit(), count, at(load->store));
        }
        if (copy) copy_map(stores_[copy->from], at(copy->from), stores_[copy->to], at(copy->to));
        const int written = map < 0 ? output : map;
        const Store* shortcut = plan.shortcut < 0 ? nullptr : &stores_[plan.shortcut];
        compute_map(plan, at(plan.input), shortcut, shortcut == nullptr ? nullptr : at(plan.shortcut), stores_[written],
                    at(written));
        const Store& store = stores_[output];
        if (map >= 0) pool_map(layers_[i], stores_[map], at(map), store, at(output));
        fill_padding(store, at(output));
        if (outs[i] != nullptr) write_map(store, at(output), count, outs[i] + first * store.shape.size() * store.unit());
    }
}

}  // namespace berus::codes
