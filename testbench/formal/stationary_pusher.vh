// SPDX-License-Identifier: Apache-2.0
// What stationary_pusher keeps to for ever, from a reset on. Put into the module, so that it sees the registers.

reg [W_WORDS-1:0] since;     // words pushed since the last swap, or since the layer began
reg               swapped;   // in the clock before

always @(posedge clk) begin
    since   <= start | rst ? 0 : (swap ? 0 : since) + (push ? 1 : 0);
    swapped <= swap & ~rst & ~start;

    // The sequencer issues pixels whose weights are held, and begins a layer when none are awaited.
    assume (loaded | ~issue);

    // What is pushed is there, and never more than a fold's words wait for a swap.
    assert (more | ~push);
    assert (since == words);
    assert (words <= LANES);

    // A swap hands over a fold's words, all of them, and no pixel of the fold before comes after it.
    assert (since == LANES | ~swap);
    assert (~swap | ~loaded | (issue & fold_last));

    // Two swaps are two clocks apart.
    assert (~(swap & swapped));
end
