// SPDX-License-Identifier: Apache-2.0
// stationary_pusher: when weights that the cells hold are pushed into the array,
// and when the cells take them.
//
// A fold is what cells sum with one set of weights: one position of the kernel
// and one block of channels, over all pixels. Its LANES words are read while the
// fold before is summed; a swap hands them over. A swap may come with the last
// pixel of the fold before. Words may be pushed again once the swap has passed
// the columns, LANES - 1 clocks after it began: so swaps are at least
// 2 LANES - 1 clocks apart, and two.

`default_nettype none

module stationary_pusher #(
    parameter LANES = 16
) (
    input  wire clk,
    input  wire rst,

    input  wire start,       // a layer begins
    input  wire fold_last,   // issue: the pixel is its fold's last
    input  wire outer_last,  // the pixel to issue belongs to the layer's last fold
    input  wire issue,

    output wire push,        // a word of weights is read
    output wire swap,        // the words read last are held from the next clock on
    output reg  loaded       // pixels can be issued
);

localparam REST  = LANES == 1 ? 1 : 2 * LANES - 2;   // clocks from a swap to the end of the next push
localparam W_REST = $clog2(REST + 2);

reg              active;
reg              swapped;   // in the clock before
reg [W_REST-1:0] rest;      // clocks until the words of the next fold are there, the last LANES of them read one each

wire ends  = swapped & outer_last;   // no fold comes after the one that has just begun
wire ready = active & rest == {W_REST{1'b0}};

assign push = active & ~ready & ~ends & rest <= LANES[W_REST-1:0];
assign swap = ready & (~loaded | (issue & fold_last));

always @(posedge clk) begin
    swapped <= swap & ~rst;
    loaded  <= (swap | (loaded & ~(issue & fold_last))) & ~rst;

    if (swap)
        rest <= REST[W_REST-1:0];
    else if (active & ~ready)
        rest <= rest - 1'b1;
    if (ends)
        active <= 1'b0;

    if (start) begin
        active <= 1'b1;
        rest   <= LANES[W_REST-1:0];
    end
    if (rst)
        active <= 1'b0;
end

endmodule

`default_nettype wire
