// SPDX-License-Identifier: Apache-2.0
// Included before Verilator's FST writer, which looks at no result of a write and
// maps its files into memory: where the disk was full, a mapping reaches beyond
// its file, and touching it ends the process. Here the writer's maps are memory
// that is there, and what failed is noted; simulator.cpp asks for it afterwards.

#pragma once

// The writer of C, up to Verilator 5.04x. The later one of C++ maps nothing.
#if __has_include("gtkwave/fstapi.c")

#include <sys/mman.h>

#include <cstdio>

namespace berus {

// Memory with `length` bytes of a file, of which writes reach the file where it has room for them.
void* mapWave(size_t length, int file);
// As those of C, and they note what failed since the file was opened.
int flushWave(FILE* file);
int closeWave(FILE* file);

}  // namespace berus

#define mmap(address, length, protection, flags, file, offset) berus::mapWave(length, file)
#define fflush(file) berus::flushWave(file)
#define fclose(file) berus::closeWave(file)

#endif
