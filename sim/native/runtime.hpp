// SPDX-License-Identifier: Apache-2.0
// Included before each of the Verilator runtime's sources. They print by
// VL_PRINTF, which is defined as berus_print.

#pragma once

#include <thread>

void berus_print(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Every context asks for the number of processors, only to be told that it has one thread; the answer takes a file of
// the system, and most of the time that making an instance takes. Here it is 1. The type is an integer on Linux alone.
#ifdef __linux__
#define hardware_concurrency() native_handle_type(1)
#endif
