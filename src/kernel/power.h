// SPDX-License-Identifier: Apache-2.0
// Powers of sixteen lanes, from additions, multiplications and divisions alone,
// so that every processor gives the same bits. Relative error below 1e-6 for
// the exponents 0 to 2 of norms.

#ifndef BERUS_KERNEL_POWER_H
#define BERUS_KERNEL_POWER_H

#include "lanes.h"

namespace berus {

// Logarithm to base 2 of a positive, normal number. With m from sqrt(1/2) to sqrt(2) and s = (m - 1) / (m + 1),
// ln m = 2 (s + s^3/3 + s^5/5 + ...), where s^2 < 0.03.
BERUS_INLINE FloatVector logarithm(FloatVector a) {
    const IntVector shifted = bits(a) - 0x3f3504f3;
    const IntVector exponent = shifted >> 23;
    const FloatVector m = floats(bits(a) - (exponent << 23));
    const FloatVector s = (m - 1.0f) / (m + 1.0f);
    const FloatVector q = s * s;
    const FloatVector series = 1.0f + q * (0.33333333f + q * (0.2f + q * (0.14285715f + q * 0.11111111f)));
    return __builtin_convertvector(exponent, FloatVector) + (2.8853901f * s) * series;
}

// 2^a for a from -126 to 127; smaller a count as -126.
BERUS_INLINE FloatVector exponential(FloatVector a) {
    const FloatVector bounded = smaller(larger(a, splat(-126.0f)), splat(127.0f));
    const FloatVector rounder = splat(12582912.0f);  // 1.5 x 2^23: adding it leaves an integer
    const FloatVector whole = (bounded + rounder) - rounder;
    const FloatVector f = bounded - whole;
    const FloatVector series =
        1.0f + f * (0.69314718f +
                    f * (0.24022651f +
                         f * (0.055504109f + f * (0.0096181291f + f * (0.0013333558f + f * 0.00015403530f)))));
    return floats(bits(series) + (__builtin_convertvector(whole, IntVector) << 23));
}

// a^p for a >= 0 and p > 0; what is below 2^-100 counts as 0.
BERUS_INLINE FloatVector raised(FloatVector a, float p) {
    const IntVector some = a > splat(7.8886091e-31f);
    const FloatVector safe = floats((bits(a) & some) | (bits(splat(1.0f)) & ~some));
    return keep(exponential(logarithm(safe) * p), some);
}

}  // namespace berus

#endif
