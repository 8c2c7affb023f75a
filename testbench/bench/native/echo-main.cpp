// SPDX-License-Identifier: Apache-2.0
// What writing and reading a member of the generated class costs in C++.

#include "models.hpp"

namespace {

// The compiler must not keep a port in a register over a whole loop, nor leave accesses out.
inline void touched(void* address) { asm volatile("" : : "r"(address) : "memory"); }

}  // namespace

int main() {
    Instance echo;
    Vdut& model = echo.model;
    return serve([&](const std::string& work, std::uint64_t count) -> std::pair<double, std::uint32_t> {
        std::uint32_t sum = 0;
        const double time = work == "write" ? seconds([&] {
            for (std::uint64_t i = 0; i < count; i++) {
                model.in_32 = static_cast<IData>(i);
                touched(&model);
            }
        })
                                            : seconds([&] {
            for (std::uint64_t i = 0; i < count; i++) {
                sum += model.out_32;
                touched(&model);
            }
        });
        return {time, sum};
    });
}
