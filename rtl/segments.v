// SPDX-License-Identifier: Apache-2.0
// segments: which segments of weights are on chip.
//
// Weights that do not fit beside the others are loaded for each batch, a
// segment at a time and in the order of use. Where two are held, one is being used
// while the next is loaded beside it, and a third waits until the first is used no
// more; where one is, the next waits until it is.

`default_nettype none

module segments #(
    parameter HELD = 2   // 1 or 2
) (
    input  wire clk,
    input  wire rst,

    input  wire loaded,   // the last word of a segment is loaded
    input  wire taken,    // a layer begins to use the oldest that waits
    input  wire freed,    // a layer has used one

    output wire ready,    // one is there to be taken
    output wire room      // the words of another may be loaded
);

reg [1:0] waiting;   // loaded and not taken
reg [1:0] held;      // loaded and not freed

assign ready = waiting != 2'd0;
assign room  = held != HELD[1:0];

always @(posedge clk) begin
    if (loaded != taken)
        waiting <= loaded ? waiting + 1'b1 : waiting - 1'b1;
    if (loaded != freed)
        held <= loaded ? held + 1'b1 : held - 1'b1;
    if (rst) begin
        waiting <= 2'd0;
        held    <= 2'd0;
    end
end

endmodule

`default_nettype wire
