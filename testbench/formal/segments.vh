// SPDX-License-Identifier: Apache-2.0
// What segments keeps to for ever, from a reset on, in a core that keeps to its side. Put into the module, so that it
// sees the registers.

reg in_use;   // one is taken and not freed

always @(posedge clk) begin
    in_use <= (taken | (in_use & ~freed)) & ~rst;

    // The core loads where there is room, uses one at a time that is there, and frees the one that it uses.
    assume (room | ~loaded);
    assume ((ready & ~in_use) | ~taken);
    assume (in_use | ~freed);

    assert (held == waiting + {1'b0, in_use});
    assert (held <= HELD[1:0]);
    assert (room == (held < HELD[1:0]));
    assert (ready == (waiting != 2'd0));
end
