// SPDX-License-Identifier: Apache-2.0
// pair_queue: a queue of at most two words.
//
// A word is there the clock after its push. Pushing to two, and popping from
// none, is for the caller not to do.

`default_nettype none

module pair_queue #(
    parameter W = 31   // bits in a word
) (
    input  wire         clk,
    input  wire         rst,

    input  wire         push,
    input  wire [W-1:0] in,
    input  wire         pop,

    output reg  [1:0]   count,   // words in the queue
    output reg  [W-1:0] out      // the oldest one
);

reg [W-1:0] second;

wire to_out = push & (count == 2'd0 | (count == 2'd1 & pop));

always @(posedge clk) begin
    if (push)
        second <= in;
    if (to_out)
        out <= in;
    else if (pop)
        out <= second;

    count <= count + {1'b0, push} - {1'b0, pop};

    if (rst)
        count <= 2'd0;
end

endmodule

`default_nettype wire
