// SPDX-License-Identifier: Apache-2.0
// Brings a copy of a state up to date, and lists the pieces of it that changed.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace berus {

class ChangedPieces {
  public:
    // `numbers` has room for all pieces of the copy.
    ChangedPieces(char* copy, uint64_t pieceBytes, uint32_t* numbers)
        : at_{copy}, pieceBytes_{pieceBytes}, left_{pieceBytes}, numbers_{numbers} {}

    // The next bytes of the state.
    void put(const void* bytes, uint64_t count) {
        const char* from = static_cast<const char*>(bytes);
        while (count > 0) {
            if (left_ == 0) {
                piece_++;
                left_ = pieceBytes_;
            }
            const uint64_t length = std::min(count, left_);
            if (std::memcmp(at_, from, length) != 0) {
                std::memcpy(at_, from, length);
                if (count_ == 0 || numbers_[count_ - 1] != piece_) numbers_[count_++] = piece_;
            }
            at_ += length;
            from += length;
            left_ -= length;
            count -= length;
        }
    }

    // How many pieces changed.
    uint32_t count() const { return count_; }

  private:
    char* at_;
    const uint64_t pieceBytes_;
    uint64_t left_;  // of the piece
    uint32_t piece_ = 0;
    uint32_t* const numbers_;
    uint32_t count_ = 0;
};

}  // namespace berus
