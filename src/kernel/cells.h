// SPDX-License-Identifier: Apache-2.0
// What a tap does with an input x and a weight w, and what its gradients are.
// Each kernel is written once, for any of these.

#ifndef BERUS_KERNEL_CELLS_H
#define BERUS_KERNEL_CELLS_H

#include "lanes.h"
#include "power.h"

namespace berus {

// y = -sum |x - w|, with the gradients of AdderNet (CVPR 2020), equations 5 and 6: dw = (x - w) dy and
// dx = HardTanh(w - x) dy, neither of which is a derivative.
//
// As |x - w| = x + w - 2 min(x, w), a tap costs a minimum and an addition; the sums of x serve all filters.
struct Adder {
    static constexpr bool sums_inputs = true;
    static constexpr bool linear_in_x = true;  // dw = sum of x dy, less w times the sum of dy
    static constexpr int widest = 16;          // filters side by side, at most

    BERUS_INLINE FloatVector add(FloatVector sum, FloatVector x, float w) const { return sum + smaller(x, splat(w)); }
    BERUS_INLINE FloatVector finish(FloatVector sum, FloatVector inputs, float weights) const {
        return (sum - inputs) + (sum - weights);
    }
    BERUS_INLINE FloatVector input_slope(FloatVector sum, FloatVector x, float w, FloatVector dy) const {
        return sum - unit(x - w, splat(1.0f)) * dy;
    }
};

// y = sum x w.
struct Multiply {
    static constexpr bool sums_inputs = false;
    static constexpr bool linear_in_x = true;
    static constexpr int widest = 16;

    BERUS_INLINE FloatVector add(FloatVector sum, FloatVector x, float w) const { return sum + x * w; }
    BERUS_INLINE FloatVector finish(FloatVector sum, FloatVector, float) const { return sum; }
    BERUS_INLINE FloatVector input_slope(FloatVector sum, FloatVector, float w, FloatVector dy) const {
        return sum + w * dy;
    }
};

// y = -sum |x - w|^p with its true gradients, 1 < p <= 2: the follow-ups' way from l2 to l1.
struct Norm {
    static constexpr bool sums_inputs = false;
    static constexpr bool linear_in_x = false;
    static constexpr int widest = 4;  // a power takes so long that loads do not matter
    float power;

    // Derivative of |d|^p by d.
    BERUS_INLINE FloatVector slope(FloatVector d) const {
        return with_sign(power * raised(magnitude(d), power - 1.0f), d);
    }
    BERUS_INLINE FloatVector add(FloatVector sum, FloatVector x, float w) const {
        return sum - raised(magnitude(x - w), power);
    }
    BERUS_INLINE FloatVector finish(FloatVector sum, FloatVector, float) const { return sum; }
    BERUS_INLINE FloatVector input_slope(FloatVector sum, FloatVector x, float w, FloatVector dy) const {
        return sum - slope(x - w) * dy;
    }
};

// Calls body(cell): power 0 multiplies, 1 adds, above 1 is the norm.
template <class Body>
BERUS_INLINE void with_cell(float power, const Body& body) {
    if (power == 0.0f) {
        body(Multiply{});
    } else if (power == 1.0f) {
        body(Adder{});
    } else {
        body(Norm{power});
    }
}

}  // namespace berus

#endif
