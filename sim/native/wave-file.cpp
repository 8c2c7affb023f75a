// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "hooks.hpp"

namespace berus {

thread_local int waveError = 0;

namespace {

void note(int error) {
    if (waveError == 0) waveError = error == 0 ? EIO : error;
}

// Reserves all of a file that is to be mapped; false where it is shorter, as a write failed, or there is no room.
bool hasRoom(int file, size_t length) {
    struct stat found;
    if (fstat(file, &found) != 0 || found.st_size < static_cast<off_t>(length)) return false;
#ifdef __APPLE__
    return true;
#else
    // File systems that cannot reserve have other ways to say that they are full.
    const int error = length == 0 ? 0 : posix_fallocate(file, 0, static_cast<off_t>(length));
    return error != ENOSPC && error != EDQUOT && error != EFBIG;
#endif
}

}  // namespace

void* mapWave(size_t length, int file) {
    if (hasRoom(file, length)) return mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    note(ENOSPC);
    void* const memory = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    // The rest stays zero: the waveform is lost, and its writer only has to come to its end.
    if (memory != MAP_FAILED && pread(file, memory, length, 0) < 0) note(errno);
    return memory;
}

int flushWave(FILE* file) {
    const int result = fflush(file);
    if (result != 0 || ferror(file) != 0) note(errno);
    return result;
}

int closeWave(FILE* file) {
    const bool failed = ferror(file) != 0;
    const int result = fclose(file);
    if (result != 0 || failed) note(errno);
    return result;
}

}  // namespace berus
