// SPDX-License-Identifier: Apache-2.0
// The tick_counter as an ordinary C++ program drives it, and how long it takes to
// make many.

#include "models.hpp"

int main() {
    Instance counter;
    reset(counter);
    counter.model.en = 1;
    return serve([&](const std::string& work, std::uint64_t count) -> std::pair<double, std::uint32_t> {
        if (work == "create") return {createSeconds<Instance>(count), 0};
        if (work == "tick") {
            std::uint32_t sum = 0;
            const double time = seconds([&] {
                for (std::uint64_t i = 0; i < count; i++) {
                    counter.model.en = (i & 7) != 0;
                    counter.low();
                    counter.high();
                    sum = sum * 31 + counter.model.count;
                }
            });
            counter.model.en = 1;
            return {time, sum};
        }
        const double time = seconds([&] { counter.run(count); });
        return {time, counter.model.count};
    });
}
