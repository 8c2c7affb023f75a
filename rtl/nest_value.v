// SPDX-License-Identifier: Apache-2.0
// nest_value: a quantity that each loop of a nest moves by a step of its own.
//
// Every loop remembers where its iteration began; when loop l steps, it and all
// loops inside it go on from there, so a single adder serves the whole nest and
// nothing is multiplied.

`default_nettype none

module nest_value #(
    parameter LEVELS = 8,
    parameter W      = 24
) (
    input  wire                clk,

    input  wire                start,     // takes the origin
    input  wire                advance,
    input  wire [LEVELS-1:0]   moves,     // see nest_counter
    input  wire [LEVELS-1:0]   steps,

    input  wire [W-1:0]        origin,
    input  wire [LEVELS*W-1:0] step,      // two's complement

    output wire [W-1:0]        value
);

wire         anew = start | ~|steps;
wire [W-1:0] next;

genvar l;
generate for (l = 0; l < LEVELS; l = l + 1) begin : gen_level
    reg  [W-1:0] began;
    wire         chosen = steps[l] & ~anew;
    wire [W-1:0] from, by;   // of the loop that steps, if it is this one or inside it

    if (l == 0) begin : gen_innermost
        assign from = anew ? origin : began & {W{chosen}};
        assign by   = step[l*W +: W] & {W{chosen}};
    end else begin : gen_outer
        assign from = gen_level[l-1].from | (began & {W{chosen}});
        assign by   = gen_level[l-1].by | (step[l*W +: W] & {W{chosen}});
    end

    always @(posedge clk)
        if (start | (advance & moves[l]))
            began <= next;
end endgenerate

assign next  = gen_level[LEVELS-1].from + gen_level[LEVELS-1].by;
assign value = gen_level[0].began;

endmodule

`default_nettype wire
