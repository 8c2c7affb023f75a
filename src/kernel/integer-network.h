// SPDX-License-Identifier: Apache-2.0
// A quantized network ready to run: chunks of eight images, each through all
// layers by one thread, so that a chunk's maps stay in its cache.

#ifndef BERUS_KERNEL_INTEGER_NETWORK_H
#define BERUS_KERNEL_INTEGER_NETWORK_H

#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "integer-layer.h"
#include "integer-plan.h"
#include "integer-store.h"
#include "pool.h"

namespace berus::codes {

class Network {
   public:
    // Throws std::invalid_argument when the layers do not fit each other or a number is out of its range.
    explicit Network(std::vector<Layer> layers);

    const std::vector<Layer>& layers() const { return layers_; }
    // The first layer that reads the picture.
    const Layer& picture() const { return layers_[picture_]; }

    // Runs `count` images, [image][row][column][channel], of bytes, or of words where they have more than 8 bits.
    // Writes the map of each layer whose `outs` is not null, [image][row][column][channel], in the same way.
    void run(Pool& pool, const char* images, int count, const std::vector<char*>& outs);

   private:
    struct Copy {
        int from, to;
    };
    // What one layer does, in this order.
    struct Step {
        std::optional<PictureLoad> load;
        std::optional<Copy> copy;
        Plan plan;
        int map = -1;  // store of the map before pooling; -1 where the layer does not pool
        int output = -1;
    };
    struct Free {
        void operator()(char* memory) const { std::free(memory); }
    };
    using Memory = std::unique_ptr<char, Free>;

    void set_paddings();
    int picture_store(int index, Step& step, PictureLoad load, Store store);
    int source_store(int index, Step& step, bool packed);
    void run_chunk(const char* images, int first, int count, const std::vector<char*>& outs, char* memory) const;
    int add(Store store);

    std::vector<Layer> layers_;
    std::vector<Store> stores_;
    std::vector<PictureLoad> loads_;
    std::vector<Step> steps_;
    int picture_ = 0;
    std::size_t bytes_ = 0;
    std::mutex mutex_;
    std::vector<Memory> spare_;  // of threads that are not running
};

}  // namespace berus::codes

#endif
