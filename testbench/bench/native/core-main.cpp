// SPDX-License-Identifier: Apache-2.0
// Runs one batch through adder_core as an ordinary C++ program does: the same
// loads, cycles, captured writes and reads as the TypeScript side, on the same
// generated model. Prints one line for each round: seconds, cycles, checksum.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "Vdut.h"
#include "verilated.h"

using Words = std::vector<std::uint32_t>;

namespace {

/** Words for consecutive addresses of one buffer. */
struct Block {
  std::uint32_t target, address, parts;
  Words words;
};

/** Reads words of the stimulus file: a count, then so many. */
Words read_words(std::FILE* file) {
  std::uint32_t count = 0;
  if (std::fread(&count, sizeof count, 1, file) != 1) std::exit(1);
  Words words(count);
  if (std::fread(words.data(), sizeof(std::uint32_t), count, file) != count) std::exit(1);
  return words;
}

class Core {
 public:
  Core() {
    model_.clk = 0;
    model_.load_valid = model_.load_last = model_.start = model_.hold = model_.result_read = 0;
    model_.eval();
    model_.rst = 1;
    tick();
    tick();
    model_.rst = 0;
  }

  /** Loads words of so many 32-bit parts, one a clock. */
  void load(const Block& block) {
    model_.load_valid = 1;
    model_.load_target = block.target;
    for (std::size_t i = 0; i < block.words.size() / block.parts; i++) {
      model_.load_addr = block.address + i;
      std::memcpy(&model_.load_word, &block.words[i * block.parts], block.parts * sizeof(std::uint32_t));
      tick();
    }
    model_.load_valid = 0;
  }

  /** Runs the program; appends layer, buffer, address and parts of every word that a layer writes. */
  void run(std::uint32_t image_address, int images, Words& writes, std::size_t parts) {
    model_.image_addr = image_address;
    model_.images = images;
    model_.start_bank = 0;
    model_.start = 1;
    tick();
    model_.start = 0;
    for (;;) {
      model_.clk = 0;
      model_.eval();
      if (!model_.busy) return;
      if (model_.write_valid) {
        writes.push_back(model_.write_layer);
        writes.push_back(model_.write_target);
        writes.push_back(model_.write_addr);
        append(writes, &model_.write_word, parts);
      }
      rise();
    }
  }

  /** Appends the parts of so many words of results, each a clock after its address. */
  void read(std::uint32_t count, Words& words, std::size_t parts) {
    model_.result_bank = 0;
    model_.result_read = 1;
    for (std::uint32_t i = 0; i <= count; i++) {
      model_.result_addr = i < count ? i : count - 1;
      model_.clk = 0;
      model_.eval();
      append(words, &model_.result_word, parts);
      rise();
    }
    model_.result_read = 0;
  }

  std::uint64_t cycles() const { return cycles_; }

 private:
  static void append(Words& words, const void* port, std::size_t parts) {
    const auto at = words.size();
    words.resize(at + parts);
    std::memcpy(&words[at], port, parts * sizeof(std::uint32_t));
  }
  void rise() {
    model_.clk = 1;
    model_.eval();
    cycles_++;
  }
  void tick() {
    model_.clk = 0;
    model_.eval();
    rise();
  }

  // A context's own members are set before the first model takes them over.
  struct Context : VerilatedContext {
    Context() {
      threads(1);
      randReset(2);
      randSeed(1);
    }
  };

  Context context_;
  Vdut model_{&context_};
  std::uint64_t cycles_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::FILE* file = std::fopen(argv[1], "rb");
  if (!file) return 2;
  const Words sizes = read_words(file);  // blocks, rounds, images, parts of an activation word, words of results
  std::vector<Block> blocks;
  for (std::uint32_t i = 0; i < sizes[0]; i++) {
    const Words place = read_words(file);  // target, address, parts
    blocks.push_back({place[0], place[1], place[2], read_words(file)});
  }
  std::fclose(file);

  // The last block is the pictures, loaded anew in each round.
  const Block pictures = blocks.back();
  blocks.pop_back();
  const std::size_t parts = sizes[3];
  Core core;
  for (const auto& block : blocks) core.load(block);
  for (std::uint32_t round = 0; round < sizes[1]; round++) {
    const auto start = std::chrono::steady_clock::now();
    const auto before = core.cycles();
    Words writes, results;
    core.load(pictures);
    core.run(pictures.address, sizes[2], writes, parts);
    core.read(sizes[4], results, parts);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::uint32_t sum = 0;
    for (std::size_t i = parts; i < results.size(); i++) sum = sum * 31 + results[i];
    for (const auto word : writes) sum = sum * 31 + word;
    std::printf("%.9f %llu %u\n", seconds.count(), static_cast<unsigned long long>(core.cycles() - before), sum);
  }
  return 0;
}
