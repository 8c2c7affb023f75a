// SPDX-License-Identifier: Apache-2.0
// nest_counter: the counters of a nest of counted loops, level 0 innermost.
//
// Quantities that move along the nest (addresses, coordinates) are kept by one
// nest_value each, which `moves` and `steps` drive.

`default_nettype none

module nest_counter #(
    parameter LEVELS  = 8,
    parameter W_COUNT = 16,  // bits of a limit, and of a loop counter at most
    parameter [8*LEVELS-1:0] WIDTHS = {LEVELS{W_COUNT[7:0]}}   // bits of each loop's counter
) (
    input  wire                      clk,

    input  wire                      start,      // all counters zero
    input  wire                      advance,    // one step of the innermost loop

    input  wire [LEVELS*W_COUNT-1:0] limit,      // iterations of each loop, less one

    output wire [W_COUNT-1:0]        innermost,  // iteration of level 0
    output wire [LEVELS-1:0]         at_first,   // this loop is in its first iteration
    output wire [LEVELS-1:0]         at_last,    // this loop is in its last iteration
    output wire [LEVELS-1:0]         moves,      // with advance: this loop begins an iteration
    output wire [LEVELS-1:0]         steps       // ... and it is the outermost; none when the nest begins anew
);

genvar l;
generate for (l = 0; l < LEVELS; l = l + 1) begin : gen_level
    localparam [7:0] WIDTH = WIDTHS[8*l +: 8];

    reg  [WIDTH-1:0] index;
    wire             inner_last;   // all loops inside are in their last iterations

    if (l == 0) begin : gen_innermost
        assign inner_last = 1'b1;
    end else begin : gen_outer
        assign inner_last = gen_level[l-1].inner_last & at_last[l-1];
    end

    assign at_first[l] = index == {WIDTH{1'b0}};
    assign at_last[l]  = index == limit[l*W_COUNT +: WIDTH];
    assign moves[l]    = inner_last;
    assign steps[l]    = inner_last & ~at_last[l];

    always @(posedge clk)
        if (start | (advance & inner_last))
            index <= start | at_last[l] ? {WIDTH{1'b0}} : index + 1'b1;
end endgenerate

assign innermost = gen_level[0].index;

wire unused = &{1'b0, limit};

endmodule

`default_nettype wire
