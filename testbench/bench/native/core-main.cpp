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

/** Reads the next block of the stimulus file: a count of words, then the words. */
Words block(std::FILE* file) {
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
    model_.load_valid = model_.start = model_.hold = model_.read_valid = 0;
    model_.eval();
    model_.rst = 1;
    tick();
    tick();
    model_.rst = 0;
  }

  void load(int target, const Words& words, std::size_t parts) {
    model_.load_valid = 1;
    model_.load_target = target;
    for (std::size_t i = 0; i < words.size() / parts; i++) {
      model_.load_addr = i;
      std::memcpy(&model_.load_word, &words[i * parts], parts * sizeof(std::uint32_t));
      tick();
    }
    model_.load_valid = 0;
  }

  void run(int layers, int images, Words& writes, std::size_t parts) {
    model_.layer_limit = layers - 1;
    model_.images = images;
    model_.start = 1;
    tick();
    model_.start = 0;
    for (;;) {
      model_.clk = 0;
      model_.eval();
      if (!model_.busy) return;
      if (model_.write_valid) {
        writes.push_back(model_.write_layer);
        writes.push_back(model_.write_addr);
        const auto at = writes.size();
        writes.resize(at + parts);
        std::memcpy(&writes[at], &model_.write_word, parts * sizeof(std::uint32_t));
      }
      rise();
    }
  }

  void read(int buffer, int count, Words& words, std::size_t parts) {
    model_.read_buffer = buffer;
    model_.read_valid = 1;
    for (int i = 0; i <= count; i++) {
      model_.read_addr = i < count ? i : count - 1;
      model_.clk = 0;
      model_.eval();
      const auto at = words.size();
      words.resize(at + parts);
      std::memcpy(&words[at], &model_.read_word, parts * sizeof(std::uint32_t));
      rise();
    }
    model_.read_valid = 0;
  }

  std::uint64_t cycles() const { return cycles_; }

 private:
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
  const Words sizes = block(file);  // weight parts, image parts, layers, images, results, rounds
  const Words program = block(file), weights = block(file), folds = block(file), images = block(file);
  std::fclose(file);

  Core core;
  core.load(3, program, 1);
  core.load(1, weights, sizes[0]);
  core.load(2, folds, 2);
  for (std::uint32_t round = 0; round < sizes[5]; round++) {
    const auto start = std::chrono::steady_clock::now();
    const auto before = core.cycles();
    Words writes, results;
    core.load(0, images, sizes[1]);
    core.run(sizes[2], sizes[3], writes, sizes[1]);
    core.read(sizes[2] % 2, sizes[4], results, sizes[1]);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::uint32_t sum = 0;
    for (std::size_t i = sizes[1]; i < results.size(); i++) sum = sum * 31 + results[i];
    for (const auto word : writes) sum = sum * 31 + word;
    std::printf("%.9f %llu %u\n", seconds.count(), static_cast<unsigned long long>(core.cycles() - before), sum);
  }
  return 0;
}
