// SPDX-License-Identifier: Apache-2.0
// Where the Verilator runtime prints. Its sources are compiled with this file
// included first and VL_PRINTF defined as this function.

#pragma once

void berus_print(const char* format, ...) __attribute__((format(printf, 1, 2)));
