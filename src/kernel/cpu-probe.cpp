// SPDX-License-Identifier: Apache-2.0
// What this processor and its system can run, as an addon of a few lines: the
// compiler's own check looks at the saved registers too, which a list of
// processor flags does not.

#include <node_api.h>

NAPI_MODULE_INIT() {
    int best = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) best = 1;
    if (best == 1 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd")) {
        best = 2;
    }
#endif
    napi_value number = nullptr;
    napi_create_int32(env, best, &number);
    napi_set_named_property(env, exports, "best", number);
    return exports;
}
