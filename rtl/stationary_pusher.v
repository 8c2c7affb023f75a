// SPDX-License-Identifier: Apache-2.0
// stationary_pusher: when weights that the cells hold are pushed into the array,
// and when the cells take them.
//
// A fold is what cells sum with one set of weights: one position of the kernel
// and one block of channels, over all pixels. Its LANES words are read while the
// fold before is summed, from the clock on in which that one's are handed over
// by a swap. A swap may come with the last pixel of the fold before. So swaps
// are at least LANES clocks apart, and two: partial sums of a pixel are added up
// one fold after the other, two clocks apart.

`default_nettype none

module stationary_pusher #(
    parameter LANES = 16
) (
    input  wire clk,
    input  wire rst,

    input  wire start,       // a layer begins
    input  wire more,        // words of the layer are left to be read
    input  wire fold_last,   // issue: the pixel is its fold's last
    input  wire issue,

    output wire push,        // a word of weights is read
    output wire swap,        // the words read last are held from the next clock on
    output reg  loaded       // pixels can be issued
);

localparam W_WORDS = $clog2(LANES + 2);

reg               active;   // not all words are read
reg [W_WORDS-1:0] words;    // read of the next fold

wire ready = words == LANES[W_WORDS-1:0];

assign swap = ready & (~loaded | (issue & fold_last));
assign push = active & more & (~ready | (swap & LANES > 1));

always @(posedge clk) begin
    active <= (start | (active & more)) & ~rst;
    loaded <= (swap | (loaded & ~(issue & fold_last))) & ~rst;

    if (swap)
        words <= {{W_WORDS-1{1'b0}}, push};
    else if (push)
        words <= words + 1'b1;
    if (start | rst)
        words <= {W_WORDS{1'b0}};
end

endmodule

`default_nettype wire
